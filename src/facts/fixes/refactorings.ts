/** Cheaper convolutions with the same input and output, written in the framework at hand, with what they save. */
import type { Layer } from "../../model/model.ts"
import type { Call } from "../../syntax/tree.ts"
import type { Span } from "../../text/source.ts"
import type { Analysis } from "../analyze.ts"
import { argumentEdit, argumentNamed } from "../edits.ts"
import { nodesOf } from "../practice/classes.ts"
import { type Candidate, callOf, insertAt, replace, siblings, statementAround, textAt } from "./rewriting.ts"

/** A plain convolution whose sizes are known. */
interface Convolution {
  readonly call: Call
  readonly layer: Layer
  readonly framework: "torch" | "keras" | "tfjs"
  readonly incoming: number
  readonly outgoing: number
  /** elements of the kernel */
  readonly window: number
  /** positions going in and coming out */
  readonly positions: readonly [number, number]
}

/** What can be done with the convolution that is made on the lines of a span. */
export function refactorings(analysis: Analysis, span: Span): readonly Candidate[] {
  const found = convolutions(analysis).filter(({ call }) => call.span.start <= span.end && span.start <= call.span.end)
  return found.slice(0, 1).flatMap((convolution) => [...separable(analysis, convolution), ...reduced(analysis, convolution)])
}

function convolutions(analysis: Analysis): readonly Convolution[] {
  const calls = new Set<number>()
  return analysis.models
    .flatMap(({ layers }) => layers)
    .flatMap((layer): Convolution[] => {
      const call = layer.place.file === analysis.file && !calls.has(layer.place.span.start) ? callOf(analysis, layer.place.span) : undefined
      const sizes = call && sizesOf(layer)
      if (!call || !sizes || sizes.window === 1 || argumentNamed(analysis, call, "groups") || call.arguments.some(({ spread }) => spread))
        return []
      calls.add(layer.place.span.start)
      return [{ call, layer, ...sizes }]
    })
}

const KINDS = /^(torch|keras|tfjs)\.(?:nn|layers)\.Conv2[dD]$/

function sizesOf({ qualifiedType, weights, inputs, output }: Layer): Omit<Convolution, "call" | "layer"> | undefined {
  const framework = KINDS.exec(qualifiedType)?.[1] as Convolution["framework"] | undefined
  const kernel = weights.find(({ name }) => name === "weight" || name === "kernel")?.shape
  if (!framework || kernel?.length !== 4 || !kernel.every((size): size is number => typeof size === "number")) return undefined
  const [a, b, c, d] = kernel as readonly [number, number, number, number]
  const [outgoing, incoming, window] = framework === "torch" ? [a, b, c * d] : [d, c, a * b]
  const axes = framework === "torch" ? [2, 3] : [1, 2]
  const count = (shape: Layer["inputs"][number]["shape"]) =>
    axes.map((axis) => shape?.[axis]).reduce<number>((total, size) => total * (typeof size === "number" ? size : 1), 1)
  return { framework, outgoing, incoming, window, positions: [count(inputs[0]?.shape), count(output?.shape)] }
}

/** Saved multiply-accumulates; nothing where nothing is saved. */
function saving({ incoming, outgoing, window, positions: [, after] }: Convolution, macs: number): string | undefined {
  const share = Math.round((1 - macs / (window * incoming * outgoing * after)) * 100)
  return share > 0 ? `−${share} % MACs` : undefined
}

function separable(analysis: Analysis, convolution: Convolution): readonly Candidate[] {
  const { call, framework, incoming, outgoing, window, positions } = convolution
  const saved = saving(convolution, (window * incoming + incoming * outgoing) * positions[1])
  const text = saved && (framework === "torch" ? depthwise(analysis, call) : renamed(analysis, call, framework))
  return text ? [{ title: `Use depthwise-separable here (${saved})`, edits: [replace(call, text)] }] : []
}

/** One filter a channel, then one product a position. The arguments stay the reader's own. */
function depthwise(analysis: Analysis, call: Call): string | undefined {
  const [first, second] = ["in_channels", "out_channels"].map((name) => argumentNamed(analysis, call, name))
  if (!first || !second) return undefined
  const [incoming, outgoing] = [first, second].map(({ value }) => textAt(analysis, value.span)) as [string, string]
  const bias = argumentNamed(analysis, call, "bias")
  const others = call.arguments
    .filter((argument) => argument !== first && argument !== second && argument !== bias)
    .map(({ span }) => textAt(analysis, span))
  const callee = textAt(analysis, call.callee.span)
  const stack = callee.replace(/Conv2d$/, "Sequential")
  const last = bias ? `, ${textAt(analysis, bias.span)}` : ""
  if (stack === callee || (bias && bias.name === undefined)) return undefined
  const spatial = [incoming, incoming, ...others, `groups=${incoming}`, "bias=False"].join(", ")
  return `${stack}(${callee}(${spatial}), ${callee}(${incoming}, ${outgoing}, 1${last}))`
}

const SEPARABLE = { keras: [/Conv2D$/, "SeparableConv2D"], tfjs: [/conv2d$/, "separableConv2d"] } as const
/** Arguments that the separable layer has under other names. */
const RENAMED = /kernel_(?:initializer|regularizer|constraint)|kernel(?:Initializer|Regularizer|Constraint)/

function renamed(analysis: Analysis, call: Call, framework: "keras" | "tfjs"): string | undefined {
  const [name, better] = SEPARABLE[framework]
  const text = textAt(analysis, call.span)
  const callee = textAt(analysis, call.callee.span)
  return name.test(callee) && !RENAMED.test(text) ? callee.replace(name, better) + text.slice(callee.length) : undefined
}

/** A quarter of the channels is what ResNet's bottlenecks keep. */
const KEPT = 4

function reduced(analysis: Analysis, convolution: Convolution): readonly Candidate[] {
  const { call, framework, incoming, outgoing, window, positions } = convolution
  const narrow = Math.floor(incoming / KEPT)
  if (narrow < 1) return []
  const saved = saving(convolution, incoming * narrow * positions[0] + window * narrow * outgoing * positions[1])
  const edits = saved && (framework === "torch" ? reducedTorch(analysis, call, narrow) : reducedKeras(analysis, call, framework, narrow))
  return edits ? [{ title: `Add 1×1 reduction to ${narrow} channels (${saved})`, edits }] : []
}

function reducedTorch(analysis: Analysis, call: Call, narrow: number): Candidate["edits"] | undefined {
  const first = argumentNamed(analysis, call, "in_channels")
  const callee = textAt(analysis, call.callee.span)
  const edit = argumentEdit(analysis, call.span, "in_channels", String(narrow))
  const namespace = /^(.*)Conv2d$/.exec(callee)?.[1]
  if (!first || !edit || namespace === undefined) return undefined
  const incoming = textAt(analysis, first.value.span)
  const before = `${namespace}Sequential(${callee}(${incoming}, ${narrow}, 1), ${namespace}ReLU(), `
  return [insertAt(call.span.start, before), edit, insertAt(call.span.end, ")")]
}

/** Where the layer is called at once its input goes through the reduction; in a stack the reduction stands before. */
function reducedKeras(analysis: Analysis, call: Call, framework: "keras" | "tfjs", narrow: number): Candidate["edits"] | undefined {
  const callee = textAt(analysis, call.callee.span)
  const layer =
    framework === "keras"
      ? `${callee}(${narrow}, 1, activation="relu")`
      : `${callee}({ filters: ${narrow}, kernelSize: 1, activation: "relu" })`
  if (/input_?shape|batch_?input/i.test(textAt(analysis, call.span))) return undefined
  const applied = applicationOf(analysis, call)
  const [given] = applied?.arguments ?? []
  if (applied && given && applied.arguments.length === 1) {
    const input = textAt(analysis, given.value.span)
    return [replace(given.value, framework === "keras" ? `${layer}(${input})` : `${layer}.apply(${input})`)]
  }
  const statement = statementAround(analysis, call.span)
  const found = siblings(analysis, call.span)
  if (found && found.elements.length > 1) return [insertAt(call.span.start, `${layer}, `)]
  if (statement?.kind !== "expression" || !/\.add\(/.test(textAt(analysis, statement.span))) return undefined
  const head = analysis.file.text.slice(statement.span.start, call.span.start)
  const line = analysis.file.text.slice(analysis.file.text.lastIndexOf("\n", statement.span.start - 1) + 1, statement.span.start)
  return [insertAt(statement.span.start, `${head}${layer})${framework === "tfjs" && /;/.test(analysis.file.text) ? ";" : ""}\n${line}`)]
}

/** `Conv2D(8, 3)(x)` or `conv2d({…}).apply(x)`. */
function applicationOf({ tree }: Analysis, call: Call): Call | undefined {
  return [...nodesOf(tree.body)].find(
    (node): node is Call =>
      node.kind === "call" &&
      (node.callee === call || (node.callee.kind === "attribute" && node.callee.object === call && node.callee.name === "apply")),
  )
}
