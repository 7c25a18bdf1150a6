/** What may mend a call: brackets instead of parentheses, arguments gathered, swapped or left out, names as they are written elsewhere. */
import type { FoundProblem } from "../../evaluate/evaluation.ts"
import type { Call, Expression, Node } from "../../syntax/tree.ts"
import type { Value } from "../../values/value.ts"
import type { Analysis } from "../analyze.ts"
import { argumentEdit } from "../edits.ts"
import { around, type Candidate, callOf, insertAt, replace, textAt } from "./rewriting.ts"

type Attempt = (analysis: Analysis, problem: FoundProblem, nodes: readonly Node[]) => readonly Candidate[]

const valueOf = ({ observations }: Analysis, node: Expression): Value | undefined => observations.get(node)?.value
const isPlain = ({ arguments: given }: Call): boolean => given.every(({ name, spread }) => name === undefined && !spread)

/** The attribute whose name is nearly that one. */
const renamed: Attempt = (_, { code, fix }, [node]) =>
  code === "missing-attribute" && fix && node?.kind === "attribute"
    ? [{ title: `Write ${fix.value}`, edits: [{ span: node.nameSpan, text: fix.value }] }]
    : []

/** An element of a shape or list is taken with square brackets; modules of a list are run by a Sequential. */
const bracketed: Attempt = (analysis, { code }, [call]) => {
  if (code !== "not-callable" || call?.kind !== "call") return []
  const callee = valueOf(analysis, call.callee)
  const [first, second] = call.arguments
  if (callee?.kind === "instance") return chained(analysis, callOf(analysis, callee.place.span))
  if (!first || second || first.name !== undefined || first.spread) return []
  const text = `[${textAt(analysis, first.span)}]`
  return [{ title: "Take the element: square brackets", edits: [{ span: { start: call.callee.span.end, end: call.span.end }, text }] }]
}

function chained(analysis: Analysis, made: Call | undefined): Candidate[] {
  const [items] = made?.arguments ?? []
  const callee = made?.callee
  if (!items || items.name !== undefined || items.spread || callee?.kind !== "attribute" || callee.name !== "ModuleList") return []
  const edits = [{ span: callee.nameSpan, text: "Sequential" }, insertAt(items.span.start, "*")]
  return [{ title: "Make it a Sequential", edits }]
}

/** `torch.cat(a, b)`: one sequence of tensors is wanted. */
const gathered: Attempt = (analysis, { code }, [call]) => {
  if (code !== "argument-error" || call?.kind !== "call" || !JOINING.test(textAt(analysis, call.callee.span))) return []
  const tensors = call.arguments.filter(
    ({ name, spread, value }) => name === undefined && !spread && valueOf(analysis, value)?.kind === "tensor",
  )
  const [first, last] = [tensors[0], tensors.at(-1)]
  if (!first || !last || first === last || call.arguments.indexOf(last) !== tensors.length - 1) return []
  return [{ title: "Join them as one tuple", edits: [insertAt(first.span.start, "("), insertAt(last.span.end, ")")] }]
}

const JOINING = /\b(?:cat|concat|concatenate|stack|[hvd]stack|block_diag)$/

/** Scores come first, targets behind them. */
const swapped: Attempt = (analysis, { code }, [call]) => {
  if (!/target|dtype|shape-mismatch/.test(code) || call?.kind !== "call") return []
  const [first, second] = call.arguments
  if (!first || !second || first.name !== undefined || second.name !== undefined || first.spread || second.spread) return []
  const edits = [replace(first, textAt(analysis, second.span)), replace(second, textAt(analysis, first.span))]
  return [{ title: "Swap the two arguments", edits }]
}

/** One argument less, from the end. */
const dropped: Attempt = (_, { code, message }, [call]) => {
  const wanted = /takes (\d+) arguments? by position, got (\d+)/.exec(message)
  if (code !== "argument-error" || call?.kind !== "call" || !wanted || !isPlain(call)) return []
  const [kept, given] = [Number(wanted[1]), Number(wanted[2])]
  const last = call.arguments.at(-1)
  const before = call.arguments[call.arguments.length - 1 - (given - kept)]
  if (!last || given > call.arguments.length) return []
  const start = before ? before.span.end : (call.arguments[0]?.span.start ?? last.span.start)
  return [
    {
      title: given - kept === 1 ? "Leave the last argument out" : "Leave the last arguments out",
      edits: [{ span: { start, end: last.span.end }, text: "" }],
    },
  ]
}

/** A variable of the same name is what a missing argument is mostly called with. */
const namesake: Attempt = ({ file }, { code, message }, [call]) => {
  const missing = /misses the argument `(\w+)`/.exec(message)?.[1]
  if (code !== "argument-error" || call?.kind !== "call" || missing === undefined) return []
  const known = new RegExp(`(?:^|\\n)\\s*(?:\\w+\\s*,\\s*)*${missing}\\b\\s*(?:,\\s*\\w+\\s*)*=(?!=)|[(,]\\s*${missing}\\s*[,)=:]`)
  if (!known.test(file.text.slice(0, call.span.start))) return []
  const last = call.arguments.at(-1)
  const at = last ? last.span.end : call.span.end - 1
  return [{ title: `Pass ${missing}`, edits: [insertAt(at, `${last ? ", " : ""}${missing}`)] }]
}

/** A kernel that leaves the size as it is. */
const kernel: Attempt = (analysis, { code, message, place }) => {
  if (code !== "argument-error" || !/misses the argument `?kernel_size/.test(message)) return []
  const one = argumentEdit(analysis, place.span, "kernel_size", "1")
  const three = argumentEdit(analysis, place.span, "kernel_size", "3, padding=1")
  return [
    ...(three ? [{ title: "Give it a kernel of 3, padded", edits: [three] }] : []),
    ...(one ? [{ title: "Give it a kernel of 1", edits: [one] }] : []),
  ]
}

/** `out, h, c = lstm(x)`: the states come as one tuple. What is left over goes into `*_`. */
const unpacked: Attempt = (analysis, { code, place: { span } }) => {
  if (code !== "length-mismatch") return []
  const statement = around(analysis, span).findLast((node) => node.kind === "assign")
  const [target] = statement?.kind === "assign" ? statement.targets : []
  if (statement?.kind !== "assign" || (target?.kind !== "tuple" && target?.kind !== "list")) return []
  const value = valueOf(analysis, statement.value)
  if (value?.kind !== "tuple" && value?.kind !== "list") return []
  const names = target.elements
  const last = names.at(-1)
  if (names.length < value.items.length && last) return [{ title: "Leave the rest to *_", edits: [insertAt(last.span.end, ", *_")] }]
  return value.items.flatMap((item, index) => {
    if ((item.kind !== "tuple" && item.kind !== "list") || value.items.length - 1 + item.items.length !== names.length) return []
    const [first, end] = [names[index], names[index + item.items.length - 1]]
    return first && end ? [{ title: "Unpack the inner tuple", edits: [insertAt(first.span.start, "("), insertAt(end.span.end, ")")] }] : []
  })
}

/** In the order in which a reader would think of them. */
export const CALL_ATTEMPTS: readonly Attempt[] = [renamed, bracketed, gathered, namesake, dropped, kernel, unpacked, swapped]
