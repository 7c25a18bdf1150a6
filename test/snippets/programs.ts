/** Snippets as whole programs: tab stops filled with their defaults, imports before, and what makes the model. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

export type SnippetLanguage = "python" | "javascript"

export interface Snippet {
  readonly title: string
  /** With its own defaults filled in. */
  readonly code: string
}

interface Written {
  readonly body: readonly string[]
}

/** `${1:3}` becomes 3, `$0` nothing. */
const filled = (body: readonly string[]): string =>
  body
    .join("\n")
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replaceAll("$0", "")

export function snippetsOf(language: SnippetLanguage): readonly Snippet[] {
  const text = readFileSync(new URL(`../../snippets/${language}.json`, import.meta.url), "utf8")
  return Object.entries(JSON.parse(text) as Record<string, Written>).map(([title, { body }]) => ({ title, code: filled(body) }))
}

/** As `measure_snippets.py` computes it: tells when a snippet has changed since it was executed. */
export const digestOf = ({ code }: Snippet): string => createHash("sha256").update(code).digest("hex").slice(0, 16)

/** Snippets that state their own input. */
const isWhole = (code: string): boolean => /keras\.(Model|Sequential)\(|tf\.(sequential|model)\(/.test(code)

export const frameworkOf = ({ title }: Snippet): string => /\((\w[\w.]*)\)$/.exec(title)?.[1] ?? ""

const TORCH = "import torch\nfrom torch import nn\n"
const KERAS = "import keras\nfrom keras import layers\n"
const TFJS = 'import * as tf from "@tensorflow/tfjs"\n'

export function programOf({ title, code }: Snippet): string {
  switch (frameworkOf({ title, code })) {
    case "PyTorch":
      return code.startsWith("nn") ? `${TORCH}model = nn.Sequential(${code})\n` : `${TORCH}${code}\n`
    case "Keras":
      return isWhole(code) ? `${KERAS}${code}\n` : `${KERAS}model = keras.Sequential([keras.Input((32, 32, 3)), ${code}])\n`
    default:
      return isWhole(code)
        ? `${TFJS}${code}\n`
        : `${TFJS}const model = tf.sequential()\nmodel.add(tf.layers.inputLayer({ inputShape: [32, 32, 3] }))\nmodel.add(${code})\n`
  }
}

/** What makes the model that a variable holds; a torch snippet that is a class is made with its defaults. */
export function entryOf(snippet: Snippet, name: string): string {
  const cls = frameworkOf(snippet) === "PyTorch" ? [...snippet.code.matchAll(/^class (\w+)\(nn\.Module\)/gm)].at(-1)?.[1] : undefined
  return cls ? `${cls}()` : name
}
