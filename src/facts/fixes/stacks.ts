/** What may mend the layers of a model: another number of axes, a layer put before or around one, another loss, a longer table of positions. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { Call, Expression, Node, Statement } from "../../syntax/tree.ts"
import { isConcrete } from "../../values/dim.ts"
import type { TensorValue, Value } from "../../values/value.ts"
import type { Analysis } from "../analyze.ts"
import type { TextEditFact } from "../directives.ts"
import { nodesOf, within } from "../practice/classes.ts"
import { around, type Candidate, callOf, insertAt, insertion, lineBefore, replace, textAt } from "./rewriting.ts"

type Attempt = (analysis: Analysis, problem: FoundProblem, nodes: readonly Node[]) => readonly Candidate[]

const isPython = ({ file }: Analysis): boolean => file.language === "python"
const ofModule = (analysis: Analysis, { module }: FoundProblem): Call | undefined =>
  module?.place.file === analysis.file ? callOf(analysis, module.place.span) : undefined

/** `BatchNorm2d` on sequences: the same layer for another number of axes. */
const otherDimensions: Attempt = (analysis, problem) => {
  const callee = ofModule(analysis, problem)?.callee
  if (problem.code !== "rank-mismatch" || callee?.kind !== "attribute" || !/\d[dD]$/.test(callee.name)) return []
  return ["1", "2", "3"]
    .map((digit) => callee.name.replace(/\d(?=[dD]$)/, digit))
    .filter((name) => name !== callee.name)
    .map((name) => ({ title: `Use ${name}`, edits: [{ span: callee.nameSpan, text: name }], mayFollow: true }))
}

/** How another layer is written where one is: behind the same namespace, or by its bare name with the import it needs. */
function written(
  analysis: Analysis,
  { callee }: Call,
  name: string,
): { readonly text: string; readonly edits: readonly TextEditFact[] } | undefined {
  if (callee.kind === "attribute") return { text: `${textAt(analysis, callee.object.span)}.${name}`, edits: [] }
  if (callee.kind !== "name" || !isPython(analysis)) return undefined
  const { name: own } = callee
  for (const statement of analysis.tree.body) {
    if (statement.kind !== "importFrom") continue
    const text = textAt(analysis, statement.span)
    if (new RegExp(`\\b${name}\\b`).test(text)) return { text: name, edits: [] }
    const at = new RegExp(`\\b${own}\\b(?!\\s+as\\b)`).exec(text.slice(text.indexOf("import")))
    const end = at ? statement.span.start + text.indexOf("import") + at.index + own.length : undefined
    if (end !== undefined) return { text: name, edits: [insertAt(end, `, ${name}`)] }
  }
  return undefined
}

const DENSE = /^Dense$/
const OF_SHAPES = /rank|target|input|feature|shape/

/** A stack goes on with rows: flattened before a dense layer, in a list or behind `add`. */
const flattenedStack: Attempt = (analysis, { code }) =>
  OF_SHAPES.test(code)
    ? layersNamed(analysis, DENSE)
        .flatMap((call) => flattened(analysis, call) ?? [])
        .slice(0, MAXIMUM_LAYERS)
    : []

/** Each is an analysis of its own. */
const MAXIMUM_LAYERS = 6

const layersNamed = ({ observations }: Analysis, name: RegExp): Call[] =>
  [...observations].flatMap(([node, { value }]) =>
    value.kind === "instance" && value.class.layer && name.test(value.class.name) && (node as Node).kind === "call" ? [node as Call] : [],
  )

function flattened(analysis: Analysis, call: Call): Candidate | undefined {
  const layer = written(analysis, call, isPython(analysis) ? "Flatten" : "flatten")
  if (!layer) return undefined
  const holder = addingCall(analysis, call)
  const edit = holder
    ? lineBefore(analysis, holder.statement, `${holder.adds}(${layer.text}())${isPython(analysis) ? "" : ";"}`)
    : insertion(analysis, call.span, `${layer.text}()`)
  return edit && { title: "Flatten before the dense layer", edits: [...layer.edits, edit], mayFollow: true }
}

/** `model.add(layer)` as a statement of its own. */
function addingCall(analysis: Analysis, call: Call): { readonly statement: Statement; readonly adds: string } | undefined {
  for (const node of around(analysis, call.span).toReversed()) {
    if (node.kind !== "expression" || node.expression.kind !== "call") continue
    const { callee, arguments: given } = node.expression
    const isAdding = callee.kind === "attribute" && callee.name === "add" && given[0]?.value.span.start === call.span.start
    return isAdding ? { statement: node, adds: textAt(analysis, callee.span) } : undefined
  }
  return undefined
}

/** A layer for single pictures or rows is applied to each of a sequence. */
const distributed: Attempt = (analysis, problem) => {
  const call = ofModule(analysis, problem)
  const framework = problem.module?.class.layer?.framework
  if (problem.code !== "rank-mismatch" || !call || (framework !== "keras" && framework !== "tfjs")) return []
  const layer = written(analysis, call, isPython(analysis) ? "TimeDistributed" : "timeDistributed")
  const own = textAt(analysis, call.span)
  const text = isPython(analysis) ? `${layer?.text}(${own})` : `${layer?.text}({ layer: ${own} })`
  return layer ? [{ title: "Apply it to each step: TimeDistributed", edits: [...layer.edits, replace(call, text)], mayFollow: true }] : []
}

/** One axis more in the input that the first layer states. */
const furtherInputAxis: Attempt = (analysis, { code }) =>
  code !== "rank-mismatch"
    ? []
    : [...nodesOf(analysis.tree.body)].flatMap(statedShapes).flatMap((shape) => {
        const last = shape.kind === "tuple" || shape.kind === "list" ? shape.elements.at(-1) : undefined
        if (!last) return []
        const edit = analysis.file.text[last.span.end] === "," ? insertAt(last.span.end + 1, " 1") : insertAt(last.span.end, ", 1")
        return [{ title: "Give the input an axis of one channel", edits: [edit] }]
      })

const INPUT_SHAPE = /^(?:input_shape|inputShape|shape)$/

/** Values of arguments, or entries of options, that say what a model is given. */
function statedShapes(node: Node): Expression[] {
  if (node.kind === "argument") return node.name !== undefined && INPUT_SHAPE.test(node.name) ? [node.value] : []
  if (node.kind !== "dictionary") return []
  return node.entries.flatMap((entry) => {
    if (entry.kind !== "entry") return []
    const name = entry.key.kind === "name" ? entry.key.name : entry.key.kind === "string" ? entry.key.value : ""
    return INPUT_SHAPE.test(name) ? [entry.value] : []
  })
}

/** Rows of ones and zeros or numbers of classes: each has its own cross-entropy. */
const LOSSES: readonly (readonly [string, string])[] = [
  ["sparse_categorical_crossentropy", "categorical_crossentropy"],
  ["SparseCategoricalCrossentropy", "CategoricalCrossentropy"],
  ["sparseCategoricalCrossentropy", "categoricalCrossentropy"],
]

const otherLoss: Attempt = (analysis, { code }) =>
  !/target|shape/.test(code)
    ? []
    : LOSSES.flatMap(([one, other]) =>
        [
          [one, other],
          [other, one],
        ].flatMap(([old = "", fresh = ""]) => {
          const edits = [...nodesOf(analysis.tree.body)].flatMap((node): TextEditFact[] => {
            if (node.kind === "string" && node.value === old)
              return [{ span: { start: node.span.start + 1, end: node.span.end - 1 }, text: fresh }]
            return node.kind === "attribute" && node.name === old ? [{ span: node.nameSpan, text: fresh }] : []
          })
          return edits.length > 0 ? [{ title: `Use ${fresh}`, edits }] : []
        }),
      )

/** A table of positions, or another weight that is added, gets as many rows as come. */
const longerTable: Attempt = (analysis, { code }, [sum]) => {
  if (code !== "broadcast-mismatch" || sum?.kind !== "binary") return []
  return [
    [sum.left, sum.right],
    [sum.right, sum.left],
  ].flatMap(([one, other]) => {
    const [table, came] = [tensorOf(analysis, one), tensorOf(analysis, other)]
    return table?.role === "parameter" && came ? resizedTable(analysis, table, came) : []
  })
}

const tensorOf = ({ observations }: Analysis, node: Node | undefined): TensorValue | undefined => {
  const value: Value | undefined = node && observations.get(node)?.value
  return value?.kind === "tensor" && value.shape ? value : undefined
}

function resizedTable(analysis: Analysis, table: TensorValue, came: TensorValue): Candidate[] {
  const [own, wanted] = [table.shape ?? [], came.shape ?? []]
  const axis = own.findIndex((size, index) => size !== 1 && size !== wanted[wanted.length - own.length + index])
  const [before, after] = [own[axis], wanted[wanted.length - own.length + axis]]
  if (before === undefined || after === undefined || !isConcrete(before) || !isConcrete(after)) return []
  return [...analysis.observations].flatMap(([node, { value }]) => {
    if (value !== table || (node as Node).kind !== "call") return []
    const size = [...within(node as Node)].flatMap((part) => sizesIn(part, own.length))[0]?.[axis]
    return size
      ? [{ title: `Give the table ${after} rows`, edits: [replace(size, resizedText(analysis, size, Number(before), Number(after)))] }]
      : []
  })
}

/** The sizes that `torch.randn(1, n, d)` is given. */
const sizesIn = (node: Node, rank: number): Expression[][] =>
  node.kind === "call" &&
  node.arguments.length === rank &&
  rank > 1 &&
  node.arguments.every(({ name, spread }) => name === undefined && !spread)
    ? [node.arguments.map(({ value }) => value)]
    : []

function resizedText(analysis: Analysis, node: Expression, before: number, after: number): string {
  if (node.kind === "number") return String(after)
  const difference = after - before
  return `${textAt(analysis, node.span)} ${difference > 0 ? "+" : "-"} ${Math.abs(difference)}`
}

/** Sequences of different lengths are filled up before they become one tensor. */
const padded: Attempt = (analysis, { code }, [call]) => {
  if (!/concatenate|shape|stack/.test(code) || call?.kind !== "call" || call.arguments.length !== 1) return []
  const callee = textAt(analysis, call.callee.span)
  const edits = [
    replace(call.callee, callee.replace(/stack$/, "nn.utils.rnn.pad_sequence")),
    insertAt(call.span.end - 1, ", batch_first=True"),
  ]
  return /^torch\.stack$/.test(callee) ? [{ title: "Fill them up to one length: pad_sequence", edits, mayFollow: true }] : []
}

/** In the order in which a reader would think of them. */
export const STACK_ATTEMPTS: readonly Attempt[] = [
  otherDimensions,
  distributed,
  furtherInputAxis,
  otherLoss,
  flattenedStack,
  longerTable,
  padded,
]
