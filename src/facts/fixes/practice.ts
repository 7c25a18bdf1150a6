/** What mends a hint on practice: one table line a rule. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { ClassBody, FunctionBody, Statement } from "../../syntax/tree.ts"
import type { ProblemCode } from "../../values/problem.ts"
import type { Analysis } from "../analyze.ts"
import { argumentEdit, argumentNamed } from "../edits.ts"
import { nodesOf } from "../practice/classes.ts"
import {
  around,
  type Candidate,
  callOf,
  insertion,
  lineAfter,
  lineBefore,
  lineRemoval,
  namespaceOf,
  operand,
  removal,
  replace,
  siblings,
  statementAround,
  textAt,
} from "./rewriting.ts"

type Mending = (analysis: Analysis, problem: FoundProblem) => readonly (Candidate | undefined)[]

export function practiceFixes(analysis: Analysis, problem: FoundProblem): readonly Candidate[] {
  if (problem.place.file !== analysis.file) return []
  return (MENDINGS[problem.code]?.(analysis, problem) ?? []).filter((candidate): candidate is Candidate => candidate !== undefined)
}

const one = (title: string, edit: Candidate["edits"][number] | undefined): Candidate | undefined => edit && { title, edits: [edit] }

/** Takes a layer or function out of the way: an element of a list, a call around its argument, or an `activation=`. */
const without =
  (what: string): Mending =>
  (analysis, { place: { span } }) => {
    const call = callOf(analysis, span)
    if (!call) return []
    const title = `Remove the ${what}`
    const activation = activationArgument(analysis, problemSpan(call))
    const given = call.arguments[0]
    const isApplied = given && !given.spread && given.name === undefined && analysis.observations.get(given.value)?.value.kind === "tensor"
    return [
      activation && one(title, activation),
      one(title, removal(analysis, span)),
      isApplied ? one(title, replace(call, textAt(analysis, given.value.span))) : undefined,
      call.callee.kind === "attribute" && analysis.observations.get(call.callee.object)?.value.kind === "tensor"
        ? one(title, replace(call, textAt(analysis, call.callee.object.span)))
        : undefined,
    ]
  }

const problemSpan = ({ span }: { readonly span: { start: number; end: number } }) => span

/** The `activation` of a layer of Keras, taken out with its comma; linear where it stands among options. */
function activationArgument(analysis: Analysis, span: { start: number; end: number }) {
  const call = callOf(analysis, span)
  if (!call) return undefined
  if (analysis.file.language !== "python")
    return /\bactivation\b/.test(textAt(analysis, span)) ? argumentEdit(analysis, span, "activation", '"linear"') : undefined
  const found = argumentNamed(analysis, call, "activation")
  const index = found ? call.arguments.indexOf(found) : -1
  const before = call.arguments[index - 1]
  return found && before ? { span: { start: before.span.end, end: found.span.end }, text: "" } : undefined
}

const LOSSES: Record<string, string> = {
  NLLLoss: "CrossEntropyLoss",
  nll_loss: "cross_entropy",
  BCELoss: "BCEWithLogitsLoss",
  binary_cross_entropy: "binary_cross_entropy_with_logits",
}

const wantedByLoss: Mending = (analysis, { place: { span }, message }) => {
  const loss = /^(\w+)/.exec(message)?.[1] ?? ""
  const better = LOSSES[loss]
  const names = [...nodesOf(analysis.tree.body)].filter((node) => node.kind === "attribute" || node.kind === "name")
  const uses = names.filter(({ name }) => name === loss)
  const edits = uses.map((node) => ({ span: node.kind === "attribute" ? node.nameSpan : node.span, text: better ?? "" }))
  const call = callOf(analysis, span)
  const logarithm = call && /softmax/i.test(textAt(analysis, call.callee.span)) ? logOf(textAt(analysis, call.callee.span)) : undefined
  const activation = /binary/i.test(loss) ? '"sigmoid"' : '"softmax"'
  return [
    call && logarithm ? one("Use log-softmax", replace(call.callee, logarithm)) : undefined,
    better && edits.length > 0 ? { title: `Use ${better}, which takes scores`, edits } : undefined,
    better ? undefined : one(`End the layer in ${activation}`, argumentEdit(analysis, span, "activation", activation)),
  ]
}

const logOf = (callee: string): string => callee.replace(/softmax$/, "log_softmax").replace(/Softmax$/, "LogSoftmax")

const bendBetween: Mending = (analysis, { place: { span }, module }) => {
  const call = callOf(analysis, span)
  const namespace = namespaceOf(analysis, call)
  const isTorch = module?.class.layer?.framework === "torch"
  const use = isTorch ? useOf(analysis, span) : undefined
  const before = siblings(analysis, span)
  const previous = before?.elements[before.index - 1]
  return [
    isTorch && namespace ? one("Put ReLU between", insertion(analysis, span, `${namespace}ReLU()`)) : undefined,
    use && one("Put ReLU between", { span: use.span, text: `${operand(analysis, use)}.relu()` }),
    !isTorch && previous ? one("Give the layer before ReLU", argumentEdit(analysis, previous.span, "activation", '"relu"')) : undefined,
    ...(isTorch
      ? []
      : layersBefore(analysis, span).map((at) => one("Give the layer before ReLU", argumentEdit(analysis, at, "activation", '"relu"')))),
  ]
}

/** Calls that make layers above, the nearest first. */
const layersBefore = (analysis: Analysis, { start }: { start: number }) =>
  [...analysis.observations.keys()]
    .filter(
      (node): node is Statement => (node as Statement).span.end <= start && analysis.observations.get(node)?.value.kind === "instance",
    )
    .map(({ span }) => span)
    .sort((left, right) => right.end - left.end)
    .slice(0, 3)

/** What a layer made at a place is applied to, where exactly one call applies it. */
function useOf(analysis: Analysis, span: { start: number; end: number }) {
  const uses = [...nodesOf(analysis.tree.body)].flatMap((node) => {
    if (node.kind !== "call" || node.arguments.length !== 1) return []
    const seen = analysis.observations.get(node.callee)?.value
    const [given] = node.arguments
    return seen?.kind === "instance" && seen.place.span.start === span.start && seen.place.span.end === span.end && given
      ? [given.value]
      : []
  })
  return uses.length === 1 ? uses[0] : undefined
}

const withoutBias: Mending = (analysis, { place: { span }, module, also = [] }) => {
  const framework = module?.class.layer?.framework
  const argument = framework === "torch" ? "bias" : "use_bias"
  const value = framework === "tfjs" ? "false" : "False"
  const edits = [span, ...also.map((other) => other.span)].map((at) => argumentEdit(analysis, at, argument, value))
  const title = also.length === 0 ? "Make it without bias" : `Make the ${edits.length} layers without bias`
  return edits.every((edit) => edit !== undefined) ? [{ title, edits }] : []
}

/** Within the statement that makes the layers: a class, or a stack. */
const rectified: Mending = (analysis, { place: { span }, message }) => {
  const statement = around(analysis, span)[0] as Statement | undefined
  const kind = /tanh/.test(message) ? "tanh" : "sigmoid"
  const layer = kind === "tanh" ? "Tanh" : "Sigmoid"
  const edits = [...nodesOf(statement ? [statement] : [])].flatMap((node) => {
    if (node.span.start > span.end) return []
    if (node.kind === "attribute" && node.name === kind) return [{ span: node.nameSpan, text: "relu" }]
    if (node.kind === "attribute" && node.name === layer) return [{ span: node.nameSpan, text: "ReLU" }]
    return node.kind === "string" && node.value === kind ? [{ span: node.span, text: '"relu"' }] : []
  })
  return edits.length > 0 ? [{ title: `Use ReLU instead of ${kind} in hidden layers`, edits }] : []
}

/** Before the layer whose scores it drops, else away. */
const earlierDropout: Mending = (analysis, problem) => {
  const { span } = problem.place
  const found = siblings(analysis, span)
  const before = found?.elements[found.index - 1]
  const swap: Candidate | undefined = before && {
    title: "Move the dropout before the last layer",
    edits: [
      { span: before.span, text: textAt(analysis, span) },
      { span, text: textAt(analysis, before.span) },
    ],
  }
  return [swap, ...without("dropout")(analysis, problem)]
}

const keptBatch: Mending = (analysis, { place: { span } }) => {
  const call = callOf(analysis, span)
  return call?.callee.kind === "attribute"
    ? [one("Keep the batch: flatten(1)", replace(call, `${textAt(analysis, call.callee.object.span)}.flatten(1)`))].map(followed)
    : []
}

const followed = (candidate: Candidate | undefined): Candidate | undefined => candidate && { ...candidate, mayFollow: true }

const constructed: Mending = (analysis, { place: { span } }) => {
  const method = around(analysis, span).findLast((node): node is FunctionBody => node.kind === "function") ?? methodNamedAt(analysis, span)
  const [first] = method?.body ?? []
  return first ? [one("Call super().__init__() first", lineBefore(analysis, first, "super().__init__()"))] : []
}

const methodNamedAt = ({ tree }: Analysis, { start }: { start: number }): FunctionBody | undefined =>
  [...nodesOf(tree.body)].find((node): node is FunctionBody => node.kind === "function" && node.nameSpan?.start === start)

const registered: Mending = (analysis, { place: { span } }) => {
  const node = around(analysis, span).find(({ span: own }) => own.start === span.start && own.end === span.end)
  const layer =
    node &&
    [...nodesOf([node as unknown as Statement])].find(
      (part) => part.kind === "call" && analysis.observations.get(part)?.value.kind === "instance",
    )
  const namespace = layer?.kind === "call" ? namespaceOf(analysis, layer) : undefined
  if (!node || namespace === undefined) return []
  const container = node.kind === "dictionary" || textAt(analysis, span).startsWith("{") ? "ModuleDict" : "ModuleList"
  const text = textAt(analysis, span)
  return [
    one(`Use ${namespace}${container}`, {
      span,
      text: `${namespace}${container}(${/^\(.*\)$/s.test(text) ? `[${text.slice(1, -1)}]` : text})`,
    }),
  ]
}

const takenOut: Mending = (analysis, { place: { span } }) => {
  const statement = statementAround(analysis, span)
  return statement ? [one("Take the layer out", lineRemoval(analysis, statement))] : []
}

/** Into the constructor, where nothing of the call hangs on what `forward` is given. */
const moved: Mending = (analysis, { place: { span }, module }) => {
  const call = callOf(analysis, span)
  const cls = around(analysis, span).find((node): node is ClassBody => node.kind === "class") ?? classAround(analysis, span)
  const constructor = cls?.body.find((node) => node.kind === "functionDeclaration" && node.function.name === "__init__")
  const last = constructor?.kind === "functionDeclaration" ? constructor.function.body.at(-1) : undefined
  if (!call || !last || !module || call.arguments.some(({ value }) => !isFixed(value.kind))) return []
  const base = module.class.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()
  const name = [base, ...Array.from({ length: 9 }, (_, index) => `${base}${index + 2}`)].find(
    (free) => !analysis.file.text.includes(`self.${free}`),
  )
  return name
    ? [
        {
          title: "Make the layer in the constructor",
          edits: [lineAfter(analysis, last, `self.${name} = ${textAt(analysis, span)}`), replace(call, `self.${name}`)],
        },
      ]
    : []
}

/** The comment says what is computed. */
function restated(analysis: Analysis, { place, fix }: FoundProblem): Candidate[] {
  const text = textAt(analysis, place.span)
  const [group] = /[[(][^\])]*[\])]/.exec(text) ?? []
  return fix && group !== undefined && /^\s*(?:#|\/\/)/.test(text)
    ? [{ title: `Say ${fix.value}`, edits: [{ span: place.span, text: text.replace(group, fix.value) }] }]
    : []
}

const classAround = ({ tree }: Analysis, { start, end }: { start: number; end: number }): ClassBody | undefined =>
  [...nodesOf(tree.body)].find((node): node is ClassBody => node.kind === "class" && node.span.start <= start && end <= node.span.end)

const isFixed = (kind: string): boolean => kind === "number" || kind === "constant" || kind === "string"

const MENDINGS: Partial<Record<ProblemCode, Mending>> = {
  "double-softmax": without("activation"),
  "regression-activation": without("activation"),
  "missing-softmax": wantedByLoss,
  "stacked-linear": bendBetween,
  "bias-before-normalisation": withoutBias,
  "vanishing-gradients": rectified,
  "dropout-at-end": earlierDropout,
  "batch-merged": keptBatch,
  "missing-super-init": constructed,
  "unregistered-layers": registered,
  "unused-layer": takenOut,
  "layer-in-forward": moved,
  "shape-remark": restated,
}
