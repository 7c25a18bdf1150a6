// Measured cases as small programs, the way a reader would write them, so that they go the whole way through.
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

interface Tensor {
  readonly shape: readonly number[]
  /** float32 where it is absent */
  readonly dtype?: string
}

export interface Case {
  /** a constructor; function cases have `expr` instead */
  readonly layer?: string
  readonly expr?: string
  readonly call?: string
  readonly inputs: Readonly<Record<string, Tensor>>
  readonly outputs?: readonly (Tensor | { readonly value: unknown } | { readonly type: string })[]
  readonly parameters?: number
  readonly macs?: number | null
  readonly fails?: "constructor" | "call"
  readonly error?: string
}

export interface Program {
  readonly name: string
  readonly text: string
  readonly entry: string
  readonly inputs: readonly string[]
}

export function readCases(name: string): readonly Case[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8")).cases
}

export const titleOf = ({ layer, expr, call, inputs }: Case): string =>
  `${[layer ?? expr, call].filter(Boolean).join("; ")} on ${Object.values(inputs).map(inputText).join("; ")}`

const inputText = ({ shape, dtype }: Tensor): string => (dtype ? `${shape.join(",")}:${dtype}` : shape.join(","))
const indented = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("")

/** A module whose `forward` is the expression, or the layer's call. */
export function torchProgram(item: Case, index: number): Program {
  const names = Object.keys(item.inputs)
  const [made, result] = item.layer
    ? [`self.layer = ${item.layer}`, (item.call ?? `layer(${names.join(", ")})`).replace(/\blayer\b/g, "self.layer")]
    : ["pass", item.expr ?? ""]
  const statements = /^\w+ [-+*/]= /.test(result) ? [`        ${result}`, "        return a"] : [`        return ${result}`]
  const text = indented([
    "import copy",
    "import math",
    "from collections import OrderedDict",
    "import torch",
    "import torch.nn as nn",
    "import torch.nn.functional as F",
    "",
    "class Case(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    `        ${made}`,
    `    def forward(${["self", ...names].join(", ")}):`,
    ...statements,
  ])
  return { name: `case_${index}.py`, text, entry: "Case()", inputs: Object.values(item.inputs).map(inputText) }
}

/** A functional model around the layer or the operators. */
export function kerasProgram(item: Case, index: number): Program {
  const inputs = Object.entries(item.inputs)
  const names = inputs.map(([name]) => name).join(", ")
  const text = indented([
    "import keras",
    "from keras import layers",
    "",
    ...inputs.map(
      ([name, { shape, dtype }]) => `${name} = keras.Input(batch_shape=(${shape.join(", ")},)${dtype ? `, dtype="${dtype}"` : ""})`,
    ),
    ...(item.layer ? [`layer = ${item.layer}`] : []),
    `result = ${item.expr ?? item.call ?? `layer(${names})`}`,
    `model = keras.Model([${names}], result)`,
  ])
  return { name: `case_${index}.py`, text, entry: "model", inputs: inputs.map(([, input]) => inputText(input)) }
}

export function tfjsProgram(item: Case, index: number): Program {
  const inputs = Object.entries(item.inputs)
  const text = indented([
    'import * as tf from "@tensorflow/tfjs"',
    "",
    ...inputs.map(
      ([name, { shape, dtype }]) => `const ${name} = tf.input({ batchShape: [${shape.join(", ")}]${dtype ? `, dtype: "${dtype}"` : ""} })`,
    ),
    `const layer = ${item.layer}`,
    `const result = ${item.call ?? "layer.apply(a)"}`,
    `export const model = tf.model({ inputs: [${inputs.map(([name]) => name).join(", ")}], outputs: result })`,
  ])
  return { name: `case_${index}.js`, text, entry: "model", inputs: inputs.map(([, input]) => inputText(input)) }
}
