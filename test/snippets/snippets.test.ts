// Every snippet, with its own defaults filled in, is a layer or a model that our engine reads completely and finds nothing wrong with.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const FOLDER = new URL("../../snippets/", import.meta.url)

interface Snippet {
  readonly body: readonly string[]
}

/** `${1:3}` becomes 3, `$0` nothing. */
const filled = (body: readonly string[]): string =>
  body
    .join("\n")
    .replace(/\$\{\d+:([^}]*)\}/g, "$1")
    .replaceAll("$0", "")

/** Snippets that state their own input. */
const isWhole = (code: string): boolean => /keras\.(Model|Sequential)\(|tf\.(sequential|model)\(/.test(code)

const PROGRAMS: Record<string, (code: string) => string> = {
  python: (code) =>
    isWhole(code)
      ? `import keras\nfrom keras import layers\n${code}\n`
      : code.startsWith("class")
        ? `import torch\nfrom torch import nn\n${code}\n`
        : code.startsWith("nn")
          ? `import torch\nfrom torch import nn\nmodel = nn.Sequential(${code})\n`
          : `import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((32, 32, 3)), ${code}])\n`,
  javascript: (code) =>
    isWhole(code)
      ? `import * as tf from "@tensorflow/tfjs"\n${code}\n`
      : `import * as tf from "@tensorflow/tfjs"\nconst model = tf.sequential()\nmodel.add(tf.layers.inputLayer({ inputShape: [32, 32, 3] }))\nmodel.add(${code})\n`,
}

for (const name of readdirSync(FOLDER).filter((file) => file.endsWith(".json"))) {
  const language = name.replace(".json", "") as "python" | "javascript"
  const snippets = JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Record<string, Snippet>
  for (const [title, { body }] of Object.entries(snippets))
    test(`${title} analyses clean`, () => {
      const program = PROGRAMS[language]?.(filled(body)) ?? ""
      const file = sourceFile("/snippet", language, program)
      const analysis = analyze(file, "/snippet", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false } })
      const [model] = analysis.models
      assert.deepEqual(analysis.problems, [], program)
      assert.ok(model, program)
      assert.deepEqual(model.unknowns, [])
      assert.ok(typeof model.parameters.total === "number" && model.parameters.total > 0)
    })
}
