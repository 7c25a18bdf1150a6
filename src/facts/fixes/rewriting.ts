/** Ways to rewrite code that keep its layout: replace, take out of a list, put before an element, wrap. */
import type { Call, Expression, Node, Statement } from "../../syntax/tree.ts"
import { isStatement, nodeAt } from "../../syntax/walk.ts"
import type { Span } from "../../text/source.ts"
import type { Analysis } from "../analyze.ts"
import type { TextEditFact } from "../directives.ts"

/** One way to mend something: the edits it begins with. What they bring about elsewhere is mended, too (`fixes.ts`). */
export interface Candidate {
  readonly title: string
  readonly edits: readonly TextEditFact[]
  /** the sizes of layers further on may be set to what now comes */
  readonly mayFollow?: boolean
  /** tried only where nothing else helps */
  readonly isLast?: boolean
}

export const textAt = ({ file }: Analysis, { start, end }: Span): string => file.text.slice(start, end)

/** The text after edits that do not overlap. */
export function edited(text: string, edits: readonly TextEditFact[]): string {
  let result = text
  for (const { span, text: fresh } of edits.toSorted((left, right) => right.span.start - left.span.start))
    result = result.slice(0, span.start) + fresh + result.slice(span.end)
  return result
}

export const replace = ({ span }: Node, text: string): TextEditFact => ({ span, text })
export const insertAt = (offset: number, text: string): TextEditFact => ({ span: { start: offset, end: offset }, text })

/** The nodes around one, outermost first, the node itself last. */
export function around({ tree }: Analysis, { start, end }: Span): Node[] {
  return nodeAt(tree, start).filter(({ span }) => span.start <= start && end <= span.end)
}

/** The call that stands exactly there. */
export function callOf({ tree }: Analysis, { start, end }: Span): Call | undefined {
  return nodeAt(tree, start).find((node): node is Call => node.kind === "call" && node.span.start === start && node.span.end === end)
}

export const statementAround = (analysis: Analysis, span: Span): Statement | undefined => around(analysis, span).findLast(isStatement)

/** The elements of the list or call among which the expression stands, with its position there. */
export function siblings(analysis: Analysis, span: Span): { readonly elements: readonly Node[]; readonly index: number } | undefined {
  const chain = around(analysis, span)
  const at = chain.findIndex((node) => node.span.start === span.start && node.span.end === span.end)
  for (const holder of chain.slice(0, at).toReversed()) {
    const elements = elementsOf(holder)
    const index = elements?.findIndex((element) => element.span.start === span.start && element.span.end === span.end) ?? -1
    if (elements && index >= 0) return { elements, index }
    if (holder.kind !== "argument") return undefined
  }
  return undefined
}

function elementsOf(node: Node): readonly Node[] | undefined {
  if (node.kind === "list" || node.kind === "tuple") return node.elements as readonly Node[]
  return node.kind === "call" && node.arguments.every(({ name }) => name === undefined) ? node.arguments : undefined
}

/** Takes an element out of its list, with the comma and the line that only it filled. */
export function removal(analysis: Analysis, span: Span): TextEditFact | undefined {
  const found = siblings(analysis, span)
  if (!found || found.elements.length < 2) return undefined
  const { elements, index } = found
  const [before, after] = [elements[index - 1], elements[index + 1]]
  if (after) return { span: { start: span.start, end: after.span.start }, text: "" }
  return before ? { span: { start: before.span.end, end: span.end }, text: "" } : undefined
}

/** Puts an element before another one, on a line of its own where the other has one. */
export function insertion(analysis: Analysis, span: Span, text: string): TextEditFact | undefined {
  if (!siblings(analysis, span)) return undefined
  const line = analysis.file.text.slice(analysis.file.text.lastIndexOf("\n", span.start - 1) + 1, span.start)
  return insertAt(span.start, /^\s*$/.test(line) ? `${text},\n${line}` : `${text}, `)
}

/** Inserts a whole line before a statement, or behind it. */
export function lineBefore({ file }: Analysis, { span }: Node, text: string): TextEditFact {
  const start = file.text.lastIndexOf("\n", span.start - 1) + 1
  return insertAt(start, `${indentation(file.text, span.start)}${text}\n`)
}

export function lineAfter({ file }: Analysis, { span }: Node, text: string): TextEditFact {
  const end = file.text.indexOf("\n", span.end)
  const line = `${indentation(file.text, span.start)}${text}`
  return end < 0 ? insertAt(file.text.length, `\n${line}`) : insertAt(end + 1, `${line}\n`)
}

const indentation = (text: string, offset: number): string => /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? ""

/** Takes out the whole lines of a statement. */
export function lineRemoval({ file }: Analysis, { span }: Node): TextEditFact {
  const start = file.text.lastIndexOf("\n", span.start - 1) + 1
  const end = file.text.indexOf("\n", span.end)
  return { span: { start, end: end < 0 ? file.text.length : end + 1 }, text: "" }
}

/** `nn.` or `torch.nn.`: what stands before the name of the class in `nn.Linear(…)`. */
export function namespaceOf(analysis: Analysis, call: Call | undefined): string | undefined {
  return call?.callee.kind === "attribute" ? `${textAt(analysis, call.callee.object.span)}.` : undefined
}

/** Brackets where a method is to be called on it. */
export const operand = (analysis: Analysis, node: Expression): string => {
  const text = textAt(analysis, node.span)
  return SIMPLE.has(node.kind) ? text : `(${text})`
}

const SIMPLE: ReadonlySet<string> = new Set(["name", "attribute", "call", "subscript"])
