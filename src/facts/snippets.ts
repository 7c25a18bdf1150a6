/** Snippets at a place of the code: which fit the file, filled with the shape that arrives there, and what each would cost. */
import javascript from "../../snippets/javascript.json"
import python from "../../snippets/python.json"
import type { Model } from "../model/model.ts"
import type { FunctionBody, Node, Statement } from "../syntax/tree.ts"
import { children, isStatement, nodeAt } from "../syntax/walk.ts"
import { type Budget, memoryHost } from "../text/host.ts"
import { sourceFile } from "../text/source.ts"
import { isConcrete } from "../values/dim.ts"
import { type Shape, shapeText } from "../values/shape.ts"
import { type Analysis, analyze } from "./analyze.ts"
import { countText } from "./text.ts"

interface Written {
  readonly prefix: readonly string[]
  readonly description: string
  readonly body: readonly string[]
}

export interface SnippetFact {
  readonly title: string
  readonly description: string
  readonly prefix: readonly string[]
  /** with tab stops; the first of a layer holds the size that arrives */
  readonly body: string
  /** "38,848 parameters · 121 M MACs · (1, 3, 56, 56) → (1, 64, 56, 56)"; empty where nothing is known of it */
  readonly cost: string
}

export interface SnippetsFact {
  /** the shape that arrives at the place, as text; undefined when none is known */
  readonly incoming: string | undefined
  readonly snippets: readonly SnippetFact[]
}

type Framework = "PyTorch" | "Keras" | "TensorFlow.js"

const IMPORTS: readonly (readonly [Framework, RegExp])[] = [
  ["PyTorch", /^\s*(?:import|from)\s+(?:torch|lightning|pytorch_lightning|timm)\b/m],
  ["Keras", /^\s*(?:import|from)\s+(?:keras|tensorflow|tf_keras)\b/m],
]

/** Snippets for the frameworks that a file imports, or for all of its language when it imports none, with what they would cost at an offset. */
export function snippetsAt(analysis: Analysis, offset: number, budget: Budget): SnippetsFact {
  const incoming = incomingShape(analysis, offset)
  const { language, text } = analysis.file
  const imported = IMPORTS.filter(([, pattern]) => pattern.test(text)).map(([framework]) => framework)
  const wanted = language !== "python" ? ["TensorFlow.js"] : imported.length > 0 ? imported : ["PyTorch", "Keras"]
  const all: Record<string, Written> = language === "python" ? python : javascript
  const fitting = Object.entries(all).filter(([title]) => wanted.includes(frameworkOf(title)))
  const snippets = fitting.map(([title, written]) => factOf(title, written, incoming, budget))
  return { incoming: incoming && shapeText(incoming), snippets }
}

const frameworkOf = (title: string): Framework => (/\((\w[\w.]*)\)$/.exec(title)?.[1] ?? "PyTorch") as Framework

function factOf(title: string, { body, description, prefix }: Written, incoming: Shape | undefined, budget: Budget): SnippetFact {
  const framework = frameworkOf(title)
  const filled = fill(body.join("\n"), framework, incoming)
  return { title, description, prefix, body: filled, cost: budget.cancelled() ? "" : costOf(filled, framework, incoming, budget) }
}

/** Layers of torch that are told what arrives: the tab stop of that argument, and the axis it counts. */
const SIZED: readonly (readonly [RegExp, (shape: Shape) => number])[] = [
  [/nn\.(?:Lazy)?(?:Conv|ConvTranspose)(\d)d\(\$\{(\d+):\w+\}/, (shape) => (shape.length > 2 ? 1 : -1)],
  [/nn\.()(?:Linear|LSTM|GRU|RNN|LayerNorm|MultiheadAttention)\(\$\{(\d+):\w+\}/, (shape) => shape.length - 1],
]

/** The size that arrives, in place of the default of the first layer that has to be told. Classes are told when they are made. */
function fill(body: string, framework: Framework, incoming: Shape | undefined): string {
  if (framework !== "PyTorch" || !incoming || !body.startsWith("nn.")) return body
  const found = SIZED.flatMap(([pattern, axisOf]) => {
    const match = pattern.exec(body)
    return match ? [{ at: match.index, stop: match[2] ?? "", rank: Number(match[1] || Number.NaN) + 2, axis: axisOf(incoming) }] : []
  }).sort((one, other) => one.at - other.at)[0]
  const size = found && incoming[found.axis]
  if (!found || size === undefined || !isConcrete(size) || (found.rank && found.rank !== incoming.length)) return body
  return body.replaceAll(new RegExp(`\\$\\{${found.stop}:\\w+\\}`, "g"), `\${${found.stop}:${size}}`)
}

const plain = (body: string): string => body.replace(/\$\{\d+:([^}]*)\}/g, "$1").replaceAll("$0", "")

/** Snippets that state their own input. */
const isWhole = (code: string): boolean => /keras\.(Model|Sequential|Input)\(|tf\.(sequential|model)\(|^(?:class|def) /m.test(code)

/** A program of the snippet alone, as it is analysed: what it costs is read from its facts. */
function programOf(code: string, framework: Framework, incoming: Shape | undefined): string {
  const inner = incoming?.slice(1).map((size) => (isConcrete(size) ? String(size) : "None"))
  const shape = inner && inner.length > 0 && inner.every((size) => size !== "None") ? inner.join(", ") : undefined
  if (framework === "PyTorch") return `import torch\nfrom torch import nn\n${isWhole(code) ? code : `block = nn.Sequential(${code})`}\n`
  if (framework === "Keras") {
    const input = shape === undefined ? "" : `keras.Input((${shape},)), `
    return `import keras\nfrom keras import layers\n${isWhole(code) ? code : `block = keras.Sequential([${input}${code}])`}\n`
  }
  const input = shape === undefined ? "" : `block.add(tf.layers.inputLayer({ inputShape: [${shape}] }))\n`
  return `import * as tf from "@tensorflow/tfjs"\n${isWhole(code) ? code : `const block = tf.sequential()\n${input}block.add(${code})`}\n`
}

function costOf(body: string, framework: Framework, incoming: Shape | undefined, budget: Budget): string {
  const code = plain(body)
  const file = sourceFile("/snippet", framework === "TensorFlow.js" ? "javascript" : "python", programOf(code, framework, incoming))
  // An open batch is one example.
  const one = incoming?.map((size, axis) => (axis === 0 && !isConcrete(size) ? 1 : size))
  const known = framework === "PyTorch" && !isWhole(code) && one?.every(isConcrete) ? one : undefined
  const asked = known ? { entry: "block", inputs: [{ shape: known, dtype: "float32" }] } : {}
  const { models, problems } = analyze(file, "/snippet", memoryHost({}), { budget, ...asked })
  if (known && problems.length > 0) return problems[0]?.message ?? ""
  const model = models.at(-1)
  return model ? costText(model) : ""
}

function costText({ parameters, macs, inputs: [input], outputs: [output] }: Model): string {
  const shapes = [input?.shape, output?.shape].map((shape) => shape && shapeText(shape))
  return [
    `${countText(parameters.total)} parameters`,
    macs === undefined ? "" : `${countText(macs)} MACs`,
    shapes.includes(undefined) ? "" : shapes.join(" → "),
  ]
    .filter(Boolean)
    .join(" · ")
}

/** The tensor that was made last before an offset in the same function; in a constructor, what the layer made last gives. */
function incomingShape(analysis: Analysis, offset: number): Shape | undefined {
  const home = functionAt(analysis, offset)
  const scope: readonly Node[] = home ? home.body : analysis.tree.body
  const before = scope.flatMap(statementsIn).filter(({ span }) => span.end <= offset)
  for (const statement of before.toReversed()) {
    const shape = shapeGiven(analysis, statement)
    if (shape) return shape
  }
  return home && parameterShape(analysis, home)
}

/** The function around an offset; on an indented line behind its last statement it goes on. */
function functionAt({ tree, file: { text } }: Analysis, offset: number): FunctionBody | undefined {
  const code = text.slice(0, offset).replace(/(?:\s|#[^\n]*(?=\n|$))*$/, "")
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1)
  const indentation = (/^[ \t]*/.exec(line)?.[0] ?? "").length
  const before = code.length < offset ? nodeAt(tree, Math.max(0, code.length - 1)) : []
  return [...nodeAt(tree, offset), ...before].findLast(
    (node): node is FunctionBody => node.kind === "function" && columnOf(text, node.span.start) < indentation,
  )
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1)

/** A statement and those inside it, in order; functions and classes inside are other places. */
function statementsIn(node: Node): Statement[] {
  if (node.kind === "functionDeclaration" || node.kind === "classDeclaration") return []
  const own = isStatement(node) ? [node] : []
  return [...own, ...children(node).flatMap((child) => (isStatement(child) ? statementsIn(child) : []))]
}

function shapeGiven({ observations, models, file }: Analysis, statement: Statement): Shape | undefined {
  const node = statement.kind === "assign" ? statement.value : statement.kind === "expression" ? statement.expression : undefined
  const value = node && observations.get(node)?.value
  if (value?.kind === "tensor") return value.shape
  if (value?.kind !== "instance" || !node) return undefined
  const made = models.flatMap(({ layers }) => layers).filter(({ place }) => place.file === file && place.span.start === node.span.start)
  return made.findLast(({ output }) => output?.shape)?.output?.shape
}

/** What a function is given, where it is used. */
function parameterShape({ observations }: Analysis, home: FunctionBody): Shape | undefined {
  const names = new Set(home.parameters.flatMap(({ target }) => (target.kind === "name" ? [target.name] : [])))
  const open: Node[] = [...home.body]
  for (let node = open.shift(); node; node = open.shift()) {
    const value = node.kind === "name" && names.has(node.name) ? observations.get(node)?.value : undefined
    if (value?.kind === "tensor" && value.shape) return value.shape
    open.push(...children(node))
  }
  return undefined
}
