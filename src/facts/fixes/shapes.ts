/** What may mend shapes that do not fit: the layer's own size, another layout of its input, padding, a number that was mistyped. All are only tried. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { Argument, Call, Expression, Node } from "../../syntax/tree.ts"
import type { Shape } from "../../values/shape.ts"
import type { Value } from "../../values/value.ts"
import type { Analysis } from "../analyze.ts"
import { argumentEdit } from "../edits.ts"
import { nodesOf } from "../practice/classes.ts"
import { severityOf, shownPlace } from "../problems.ts"
import { CALL_ATTEMPTS } from "./calls.ts"
import { otherNumbers } from "./numbers.ts"
import { projections } from "./projections.ts"
import { around, type Candidate, callOf, insertion, namespaceOf, operand, replace, textAt } from "./rewriting.ts"
import { STACK_ATTEMPTS } from "./stacks.ts"

type Attempt = (analysis: Analysis, problem: FoundProblem, nodes: readonly Node[]) => readonly Candidate[]

/** In the order in which a reader would think of them. */
export function shapeFixes(analysis: Analysis, problem: FoundProblem): readonly Candidate[] {
  const place = shownPlace(analysis, problem)
  if (!place || severityOf(problem) === "hint") return []
  const call = callOf(analysis, place.span)
  const whole = call ?? around(analysis, place.span).findLast(({ span }) => span.start === place.span.start && span.end === place.span.end)
  const nodes = whole ? [whole] : []
  return ATTEMPTS.flatMap((attempt) => attempt(analysis, problem, nodes)).slice(0, MAXIMUM_ATTEMPTS)
}

/** Each is an analysis of its own. */
const MAXIMUM_ATTEMPTS = 120

const ownSize: Attempt = (analysis, { fix, module }) => {
  const edit = fix && module?.place.file === analysis.file ? argumentEdit(analysis, module.place.span, fix.argument, fix.value) : undefined
  return fix && edit ? [{ title: `Set ${fix.argument} to ${fix.value}`, edits: [edit], mayFollow: true }] : []
}

const batchFirst: Attempt = (analysis, { module }) => {
  if (!module || module.place.file !== analysis.file || !/batch_first/.test(module.class.layer?.signature ?? "")) return []
  const edit = argumentEdit(analysis, module.place.span, "batch_first", "True")
  return edit ? [{ title: "Set batch_first: the batch comes first", edits: [edit], mayFollow: true }] : []
}

interface Layout {
  readonly text: string
  readonly title: string
  readonly ranks: readonly number[]
  readonly codes: RegExp
  /** only where this axis has one element */
  readonly unit?: number
  readonly mayFollow?: boolean
}

const MISSING_AXIS = /rank|target|shape|broadcast|matmul|hidden|channel|index/
/** Methods that lay a tensor out anew, by the ranks and problems that they make sense for. */
const LAYOUTS: readonly Layout[] = [
  { text: ".flatten(1)", title: "Flatten the input", ranks: [3, 4, 5], codes: /feature|rank|reshape/, mayFollow: true },
  { text: ".unsqueeze(0)", title: "Add the batch axis: unsqueeze(0)", ranks: [1, 2, 3], codes: MISSING_AXIS },
  { text: ".unsqueeze(1)", title: "Add an axis: unsqueeze(1)", ranks: [1, 2, 3], codes: MISSING_AXIS },
  { text: ".unsqueeze(-1)", title: "Add a last axis: unsqueeze(-1)", ranks: [1, 2, 3], codes: MISSING_AXIS },
  { text: "[None, None]", title: "Add axes for batch and channel", ranks: [2], codes: /rank/ },
  { text: "[:, :, None, None]", title: "Add axes for height and width", ranks: [2], codes: /rank|broadcast/ },
  { text: ".squeeze(1)", title: "Drop an axis: squeeze(1)", ranks: [2, 3, 4], unit: 1, codes: MISSING_AXIS },
  { text: ".squeeze(-1)", title: "Drop the last axis: squeeze(-1)", ranks: [2, 3, 4], unit: -1, codes: MISSING_AXIS },
  { text: ".transpose(1, 2)", title: "Swap the last two axes", ranks: [3], codes: /./ },
  { text: ".transpose(-2, -1)", title: "Swap the last two axes", ranks: [2, 4], codes: /matmul|feature|broadcast|indivisible/ },
  { text: ".transpose(0, 1)", title: "Swap the first two axes", ranks: [3], codes: /hidden|batch|mask|broadcast/ },
  { text: ".permute(0, 3, 1, 2)", title: "Put channels before height and width", ranks: [4], codes: /channel/ },
  { text: ".permute(0, 2, 3, 1)", title: "Put channels last", ranks: [4], codes: /feature/ },
  { text: ".mean(dim=1)", title: "Average over the sequence", ranks: [3], codes: /rank|target/ },
]

const DTYPES = [
  { text: ".long()", title: "Make it integers: long()" },
  { text: ".float()", title: "Make it float32: float()" },
]

/** The tensors of the place: arguments, the object of a method, the sides of an operator. */
function tensorsAt({ observations }: Analysis, nodes: readonly Node[]): { readonly node: Expression; readonly value: Value }[] {
  const parts = nodes.flatMap((node): Expression[] => {
    if (node.kind === "call")
      return [...node.arguments.map(({ value }) => value), ...(node.callee.kind === "attribute" ? [node.callee.object] : [])]
    return node.kind === "binary" ? [node.left, node.right] : []
  })
  return parts.flatMap((node) => {
    const inner = node.kind === "list" || node.kind === "tuple" ? node.elements : [node]
    return inner.flatMap((part) => {
      const value = observations.get(part)?.value
      return value?.kind === "tensor" ? [{ node: part, value }] : []
    })
  })
}

/** What has several results gives the one that is meant first. */
const firstResult: Attempt = (analysis, { code }, [node]) => {
  if (!/^argument-error$|^index-rank$/.test(code) || !node) return []
  const parts = node.kind === "subscript" ? [node.object] : node.kind === "binary" ? [node.left, node.right] : []
  const given = node.kind === "call" ? node.arguments.map(({ value }) => value) : parts
  return given
    .filter((part) => analysis.observations.get(part)?.value.kind === "tuple")
    .map((part) => ({ title: "Take the first result", edits: [replace(part, `${operand(analysis, part)}[0]`)], mayFollow: true }))
}

const narrowerPadding: Attempt = (analysis, { code, module }) =>
  code === "padding-too-large" && module?.place.file === analysis.file
    ? ["1", "0"].flatMap((value) => {
        const edit = argumentEdit(analysis, module.place.span, "padding", value)
        return edit ? [{ title: `Set padding to ${value}`, edits: [edit] }] : []
      })
    : []

const otherLayout: Attempt = (analysis, { code }, nodes) =>
  tensorsAt(analysis, nodes).flatMap(({ node, value }) => {
    if (value.kind !== "tensor" || value.framework !== "torch") return []
    const methods = /dtype/.test(code) ? DTYPES : LAYOUTS.filter((layout) => isFitting(layout, code, value.shape))
    return methods.map(({ text, title, ...more }) => ({
      title,
      edits: [replace(node, operand(analysis, node) + text)],
      mayFollow: "mayFollow" in more && more.mayFollow === true,
    }))
  })

const isFitting = ({ ranks, codes, unit }: Layout, code: string, shape: Shape | undefined): boolean =>
  shape !== undefined && ranks.includes(shape.length) && codes.test(code) && (unit === undefined || shape.at(unit) === 1)

/** A state of two tensors lacks the same axis in both. */
const bothStates: Attempt = (analysis, { code }, [call]) => {
  if (code !== "hidden-state-mismatch" || call?.kind !== "call") return []
  return call.arguments.flatMap(({ value: given }) => {
    const value = given.kind === "name" ? valueOf(analysis, given.name) : given
    return value?.kind === "tuple"
      ? [
          {
            title: "Add the axis of layers: unsqueeze(0)",
            edits: value.elements.map((part) => replace(part, `${operand(analysis, part)}.unsqueeze(0)`)),
          },
        ]
      : []
  })
}

/** What a variable is given in its only assignment. */
function valueOf({ tree }: Analysis, name: string): Expression | undefined {
  const values = [...nodesOf(tree.body)].flatMap((node) =>
    node.kind === "assign" && node.targets.some((target) => target.kind === "name" && target.name === name) ? [node.value] : [],
  )
  return values.length === 1 ? values[0] : undefined
}

/** Where the message names the shape that is wanted, and the numbers are as many. */
const wantedShape: Attempt = (analysis, { message }, nodes) => {
  const wanted = /expects (?:a \w+ of shape )?[[(](?:None|null|N|\d+), ([\d, ]+)[\])]/.exec(message)?.[1]
  if (wanted === undefined) return []
  const isScript = analysis.file.language !== "python"
  return tensorsAt(analysis, nodes).map(({ node }) => {
    const sizes = `-1, ${wanted.replace(/,\s*$/, "")}`
    return {
      title: `Reshape to (${sizes})`,
      edits: [replace(node, `${operand(analysis, node)}.reshape(${isScript ? `[${sizes}]` : sizes})`)],
    }
  })
}

/** Maps of different sizes are joined after one is brought to the size of the other. */
const resized: Attempt = (analysis, { code }, nodes) => {
  if (!/concatenate|broadcast|target|shape/.test(code)) return []
  const maps = tensorsAt(analysis, nodes).filter(({ value }) => value.kind === "tensor" && value.shape?.length === 4)
  return maps.flatMap(({ node, value }) =>
    maps.flatMap((other) => {
      if (other.node === node || value.kind !== "tensor" || other.value.kind !== "tensor") return []
      const text = textAt(analysis, node.span)
      return value.framework === "torch"
        ? [
            {
              title: "Interpolate to the size of the other",
              edits: [replace(node, `${functionalOf(analysis)}.interpolate(${text}, size=${operand(analysis, other.node)}.shape[2:])`)],
              mayFollow: true,
            },
          ]
        : resizing(analysis, text, other.value.shape).map((layer) => ({
            title: "Resize to the size of the other",
            edits: [replace(node, layer)],
            mayFollow: true,
          }))
    }),
  )
}

function resizing({ file }: Analysis, text: string, shape: Shape | undefined): string[] {
  const namespace = /\b(?:\w+\.)*layers\.(?=[A-Z])/.exec(file.text)?.[0]
  const [, height, width] = shape ?? []
  return namespace && typeof height === "number" && typeof width === "number" ? [`${namespace}Resizing(${height}, ${width})(${text})`] : []
}

const functionalOf = ({ file }: Analysis): string =>
  /import torch\.nn\.functional as (\w+)/.exec(file.text)?.[1] ??
  (/from torch\.nn import functional as (\w+)/.exec(file.text)?.[1] || "torch.nn.functional")

/** Keras and NumPy: a layer that flattens, or an axis put in by the subscript. */
const kerasLayout: Attempt = (analysis, { module }, nodes) =>
  tensorsAt(analysis, nodes).flatMap(({ node, value }) => {
    if (value.kind !== "tensor" || value.framework === "torch" || analysis.file.language !== "python") return []
    const text = operand(analysis, node)
    const axes = ["[..., None]", "[None]", "[:, None]"].map((axis) => ({
      title: `Add an axis: ${axis}`,
      edits: [replace(node, text + axis)],
    }))
    const namespace = module ? namespaceOf(analysis, callOf(analysis, module.place.span)) : undefined
    return namespace === undefined
      ? axes
      : [{ title: "Flatten the input", edits: [replace(node, `${namespace}Flatten()(${text})`)] }, ...axes]
  })

/** In a stack the layer before is another element. */
const flattenBefore: Attempt = (analysis, { module }) => {
  if (module?.place.file !== analysis.file) return []
  const namespace = namespaceOf(analysis, callOf(analysis, module.place.span))
  const name = analysis.file.language === "python" ? "Flatten()" : "flatten()"
  const edit = namespace === undefined ? undefined : insertion(analysis, module.place.span, namespace + name)
  return edit ? [{ title: "Flatten before the layer", edits: [edit], mayFollow: true }] : []
}

/** Sequences: the recurrent layer before has to give every step. */
const everyStep: Attempt = (analysis, { code }) =>
  code !== "rank-mismatch" && code !== "input-mismatch"
    ? []
    : layers(analysis, /^(?:LSTM|GRU|SimpleRNN)$/).flatMap((call) => {
        const edit = argumentEdit(analysis, call.span, "return_sequences", analysis.file.language === "python" ? "True" : "true")
        return edit ? [{ title: "Return the whole sequence", edits: [edit] }] : []
      })

/** Layers of the file by class, as the calls that make them. */
const layers = ({ observations }: Analysis, name: RegExp): Call[] =>
  [...observations].flatMap(([node, { value }]) =>
    value.kind === "instance" && value.class.layer && name.test(value.class.name) && (node as Node).kind === "call" ? [node as Call] : [],
  )

const PADDED: ReadonlySet<string> = new Set([
  ...["broadcast-mismatch", "concatenate-mismatch", "kernel-too-large", "shape-mismatch", "target-mismatch", "empty-output"],
])

/** "same": half of an odd kernel on each side. */
const samePadding: Attempt = (analysis, { code }) =>
  !PADDED.has(code)
    ? []
    : layers(analysis, /^(?:Conv\d[dD]|SeparableConv\dD|MaxPooling\dD|AveragePooling\dD)$/).flatMap((call) => {
        const layer = analysis.observations.get(call)?.value
        if (layer?.kind !== "instance") return []
        const isTorch = layer.class.layer?.framework === "torch"
        const kernel = isTorch ? kernelOf(call) : undefined
        if (isTorch && (kernel === undefined || kernel % 2 === 0)) return []
        const edit = argumentEdit(analysis, call.span, "padding", kernel === undefined ? '"same"' : String((kernel - 1) / 2))
        return edit ? [{ title: "Pad so that the size stays", edits: [edit], mayFollow: true }] : []
      })

function kernelOf(call: Call): number | undefined {
  const argument: Argument | undefined =
    call.arguments.find(({ name }) => name === "kernel_size") ?? call.arguments.filter(({ name }) => !name)[2]
  return argument?.value.kind === "number" ? Number(argument.value.value) : undefined
}

/** One size of a `view` is worked out from the rest, and the axis of a `cat` is another one. */
const otherArguments: Attempt = (analysis, { code }, [call]) => {
  if (call?.kind !== "call") return []
  if (/reshape|rank/.test(code))
    return call.arguments.map(({ value }) => ({ title: "Let the size be worked out: -1", edits: [replace(value, "-1")] })).toReversed()
  if (!/concatenate|index-out|axis/.test(code)) return []
  const axis = call.arguments.find(({ name }) => name === "dim" || name === "axis") ?? call.arguments[1]
  if (!axis) return []
  return [0, 1, 2, 3, -1].map((number) => ({ title: `Use axis ${number}`, edits: [replace(axis.value, String(number))] }))
}

const ATTEMPTS: readonly Attempt[] = [
  ...CALL_ATTEMPTS,
  firstResult,
  ownSize,
  batchFirst,
  flattenBefore,
  ...STACK_ATTEMPTS,
  projections,
  otherLayout,
  kerasLayout,
  bothStates,
  wantedShape,
  everyStep,
  samePadding,
  resized,
  narrowerPadding,
  otherArguments,
  otherNumbers,
]
