/** Comments addressed to us: `# layerscope: input (1, 3, 224, 224)` above or inside a class states what its models are fed. */
import { isDirective } from "../syntax/reconcile.ts"
import type { Comment, Tree } from "../syntax/tree.ts"
import { isStatement, nodeAt } from "../syntax/walk.ts"
import type { Place, Span } from "../text/source.ts"
import { parseInput, type StatedInput } from "./inputs.ts"

const INPUT = /^[*\s]*layerscope\s*:\s*inputs?\b\s*:?(.*)$/i

/** The inputs stated for what stands at a place: inside its span, at the end of its line, or in the comments right above it. */
export function statedInputs(tree: Tree, { file, span }: Place): StatedInput[] | undefined {
  const comment = directiveFor(tree, file.text, span)
  return comment && readInputs(comment)
}

/** All comments of a pattern that speak of what stands at a place; one behind the line before it speaks of that line. */
export function commentsFor(tree: Tree, { file: { text }, span: part }: Place, pattern: RegExp): Comment[] {
  const span = wholeOf(tree, part)
  return tree.comments
    .filter((comment) => pattern.test(comment.text))
    .filter(
      ({ span: at, isTrailing }) =>
        isWithin(at, span) || isBehind(text, at, span) || (!isTrailing && isAligned(text, at, span) && isAbove(text, at, span)),
    )
}

/** A comment that is indented otherwise than a statement belongs to the block before it. */
const isAligned = (text: string, one: Span, other: Span): boolean => indentationAt(text, one.start) === indentationAt(text, other.start)
const indentationAt = (text: string, offset: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? ""

/** The comment that states the inputs of what stands at a span: a class by its name, or an expression by the statement it stands in. */
function directiveFor(tree: Tree, text: string, part: Span): Comment | undefined {
  const { comments } = tree
  const span = wholeOf(tree, part)
  const stating = comments.filter((comment) => isDirective(comment) && INPUT.test(comment.text.trim()))
  return (
    stating.find((comment) => isWithin(comment.span, span) || isBehind(text, comment.span, span)) ??
    stating.findLast((comment) => isAbove(text, comment.span, span))
  )
}

function wholeOf(tree: Tree, span: Span): Span {
  const chain = nodeAt(tree, span.start)
  const named = chain.find((node) => node.kind === "class" && node.nameSpan?.start === span.start)
  return (named ?? chain.findLast((node) => isStatement(node)))?.span ?? span
}

const isWithin = (comment: Span, span: Span): boolean => span.start <= comment.start && comment.end <= span.end
const isBehind = (text: string, comment: Span, span: Span): boolean =>
  comment.start >= span.end && !text.slice(span.end, comment.start).includes("\n")
/** Only comments, decorators and the beginning of the statement stand between. */
const isAbove = (text: string, comment: Span, span: Span): boolean =>
  comment.end <= span.start &&
  /^(?:[ \t]*(?:(?:#|\/\/|@).*)?\r?\n)*[^\n]*$/.test(text.slice(lineEnd(text, comment.end), span.start)) &&
  text.slice(comment.end, span.start).split("\n").length <= MAXIMUM_LINES

const lineEnd = (text: string, offset: number): number => {
  const end = text.indexOf("\n", offset)
  return end < 0 ? text.length : end + 1
}

/** A comment further up than this speaks of something else. */
const MAXIMUM_LINES = 6

/** All inputs of one comment; undefined when it does not read as such. */
export function readInputs({ text }: Comment): StatedInput[] | undefined {
  const stated = INPUT.exec(text.trim().replace(/\s*\*\/$/, ""))?.[1]?.trim() ?? ""
  return parseInputs(stated)
}

/** "(1, 3, 224, 224), (1, 16):int64"; without brackets it is one input. Undefined when it is none. */
export function parseInputs(stated: string): StatedInput[] | undefined {
  const parts = /[[(]/.test(stated) ? (stated.match(/[[(][^\])]*[\])](?:\s*:\s*\w+)?/g) ?? []) : [stated]
  const inputs = parts.map((part) => parseInput(part))
  const isWhole = /[[(]/.test(stated) ? stated.replace(/[[(][^\])]*[\])](?:\s*:\s*\w+)?/g, "").replace(/[\s,]/g, "") === "" : stated !== ""
  return isWhole && inputs.length > 0 && inputs.every((input): input is StatedInput => typeof input !== "string") ? inputs : undefined
}

export interface TextEditFact {
  readonly span: Span
  readonly text: string
}

/** The edit that states inputs for what begins at an offset: the comment that is there changed, or a new line above. */
export function stateInput(tree: Tree, place: Place, stated: string): TextEditFact {
  const { file, span } = place
  const known = directiveFor(tree, file.text, span)
  const marker = file.language === "python" ? "#" : "//"
  if (known)
    return {
      span: known.span,
      text: `${file.text.slice(known.span.start).startsWith("/*") ? "/*" : marker} layerscope: input ${stated}${file.text.slice(0, known.span.end).endsWith("*/") ? " */" : ""}`,
    }
  const start = file.text.lastIndexOf("\n", wholeOf(tree, span).start - 1) + 1
  const indentation = /^[ \t]*/.exec(file.text.slice(start))?.[0] ?? ""
  return { span: { start, end: start }, text: `${indentation}${marker} layerscope: input ${stated}\n` }
}
