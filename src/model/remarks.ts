/** Shapes that a function's own remarks give its parameters: jaxtyping annotations, comments beside the signature, and the docstring. */
import type { Expression, FunctionBody, Parameter } from "../syntax/tree.ts"
import type { SourceFile } from "../text/source.ts"

/** A size, a name for one that may be anything, or `_` for one without a name. */
export type RemarkedSize = number | string

export interface RemarkedShape {
  readonly sizes: readonly RemarkedSize[]
  readonly dtype?: string
}

/**
 * What the function says of a parameter: its annotation comes before a comment, a comment before the docstring. Undefined when none gives a
 * shape of known rank.
 */
export function remarkedShape(file: SourceFile, { node, parameter, isOnly }: Remarked): RemarkedShape | undefined {
  const name = parameter.target.kind === "name" ? parameter.target.name : ""
  return (
    (parameter.annotation && annotatedShape(parameter.annotation)) ??
    firstShape(commentsFor(file.text, node, name, isOnly)) ??
    firstShape(sentencesOn(node.documentation ?? "", name, isOnly))
  )
}

interface Remarked {
  readonly node: FunctionBody
  readonly parameter: Parameter
  /** Whether it is the only one that must be given: remarks without a name then mean it. */
  readonly isOnly: boolean
}

/** Source: https://docs.kidger.site/jaxtyping/api/array/#dtype */
const DATA_TYPES: Readonly<Record<string, string | undefined>> = {
  Float: "float32",
  Float16: "float16",
  Float32: "float32",
  Float64: "float64",
  BFloat16: "bfloat16",
  Int: "int64",
  Int8: "int8",
  Int32: "int32",
  Int64: "int64",
  Integer: "int64",
  UInt8: "uint8",
  Bool: "bool",
}
const UNTYPED = new Set(["Num", "Shaped", "Inexact", "Real", "Key", "TensorType"])

/** `Float[Tensor, "batch channels 32 32"]`, and torchtyping's `TensorType["batch", 3]`. */
export function annotatedShape(annotation: Expression): RemarkedShape | undefined {
  if (annotation.kind !== "subscript") return undefined
  const { object, index } = annotation
  const type = object.kind === "name" || object.kind === "attribute" ? object.name : ""
  if (!(type in DATA_TYPES) && !UNTYPED.has(type)) return undefined
  const items = index.kind === "tuple" ? index.elements : [index]
  const sizes = type === "TensorType" ? items.map(torchtypingSize) : axesIn(items[1])
  const dtype = DATA_TYPES[type]
  return sizes?.every((size) => size !== undefined) ? { sizes: sizes as RemarkedSize[], ...(dtype && { dtype }) } : undefined
}

function torchtypingSize(item: Expression): RemarkedSize | undefined {
  if (item.kind === "string") return item.value
  return item.kind === "number" && !item.isFloat ? Number(item.value) : undefined
}

/** The axes of jaxtyping's text; `*name` and `...` stand for any number of them, so that the rank is open. */
function axesIn(text: Expression | undefined): (RemarkedSize | undefined)[] | undefined {
  if (text?.kind !== "string") return undefined
  const axes = text.value.split(/\s+/).filter(Boolean)
  if (axes.some((axis) => axis === "..." || axis.startsWith("*"))) return undefined
  return axes.map((axis) => axisOf(axis.replace(/^[#?]+/, "")))
}

/** `h=32` names a size; a sum of names is a size of its own. */
function axisOf(axis: string): RemarkedSize | undefined {
  const [first, second] = axis.split("=")
  const text = second ?? first ?? ""
  if (/^\d+$/.test(text)) return Number(text)
  return /^[A-Za-z]\w*$/.test(text) ? text : "_"
}

/** Comments on the parameter's line, at the end of the signature, and right below it. */
function commentsFor(text: string, node: FunctionBody, name: string, isOnly: boolean): string[] {
  const first = node.body.find((statement) => !isText(statement))
  const head = text.slice(node.span.start, first?.span.start ?? node.span.start)
  return head.split("\n").flatMap((line) => {
    const at = commentStart(line)
    if (at < 0) return []
    const [code, comment] = [line.slice(0, at), line.slice(at + 1)]
    const isNamed = new RegExp(`\\b${name}\\b`).test(code) && !/\bdef\b/.test(code)
    return isNamed ? [comment] : sentencesOn(comment, name, isOnly)
  })
}

/** Where a line's comment begins; -1 when the mark stands in a text. */
function commentStart(line: string): number {
  const at = line.indexOf("#")
  return at >= 0 && (line.slice(0, at).match(/["']/g)?.length ?? 0) % 2 === 0 ? at : -1
}

const isText = (statement: FunctionBody["body"][number]): boolean =>
  statement.kind === "expression" && statement.expression.kind === "string"

/** What a text says of a name: `x: …`, `x (Tensor): …`, `:param x: …`, `x.shape = …`, and with the next line when it goes on there. */
function sentencesOn(text: string, name: string, isOnly: boolean): string[] {
  const begins = new RegExp(
    `^[\\s*\\-]*(?::param\\s+(?:[\\w.]+\\s+)?|@param\\s+)?\`{0,2}(?:${name}${isOnly ? "|inputs?|Inputs?" : ""})\`{0,2}(?:\\.shape)?\\s*(?=[:=([]|is\\b|has\\b|shape\\b|-)`,
  )
  const lines = text.split("\n")
  const named = lines.flatMap((line, index) => {
    if (!begins.test(line)) return []
    const next = lines[index + 1] ?? ""
    return [line.replace(begins, "") + (/^\s*$|^\s*[:@\w]+\s*(?:\([^)]*\))?\s*:/.test(next) ? "" : ` ${next.trim()}`)]
  })
  // A comment that is nothing but a shape means the only tensor there is.
  return named.length > 0 || !isOnly ? named : lines.filter((line) => /^\s*[[(][^\])]*[\])]\s*$/.test(line))
}

/** A comment that is nothing but a shape, `# (B, 64, H, W)` or `# -> [batch, 10]`: what the line gives. */
export function lineShape(comment: string): RemarkedShape | undefined {
  const [, inner = ""] = /^\s*(?:[-=]>\s*)?[[(]([^[\]()]+)[\])]\s*$/.exec(comment) ?? []
  const sizes = inner === "" ? undefined : sizesIn(inner)
  return sizes && { sizes }
}

const GROUP = /[[(]([^[\]()]+)[\])]/g
const PRODUCT = /\b\w+(?:\s+[x×]\s+\w+)+\b/

function firstShape(sentences: readonly string[]): RemarkedShape | undefined {
  for (const sentence of sentences) {
    const groups = [...sentence.matchAll(GROUP)].map(([, inner = ""]) => inner)
    const [product] = PRODUCT.exec(sentence) ?? []
    for (const group of product === undefined ? groups : [...groups, product]) {
      const sizes = sizesIn(group)
      if (sizes) return { sizes }
    }
  }
  return undefined
}

/** Sizes between commas or crosses; undefined for words that are no sizes, such as "(optional, int)". */
function sizesIn(group: string): RemarkedSize[] | undefined {
  const parts = group.split(/\s*,\s*|\s+[x×]\s+/).map((part) => part.trim())
  if (parts.at(-1) === "") parts.pop()
  if (parts.length < 2 || !parts.every(isSize)) return undefined
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : /^[A-Za-z]\w*$/.test(part) ? part : "_"))
}

const isSize = (part: string): boolean => !NO_SIZE.test(part) && [SHORT, TELLING, ARITHMETIC].some((form) => form.test(part))

/** A number or a letter or two: 3, B, C1, Cin, H_in. */
const SHORT = /^(?:\d+|[A-Za-z]{1,2}[\d']?|[A-Z][a-z]{1,3}|[A-Z]_[A-Za-z]+)$/
/** A name that sizes have. */
const TELLING =
  /^(?:n_\w+|\w*(?:batch|bs|bsz|seq|len|time|step|chan|height|width|dim|feat|hidden|emb|size|num|token|class|node|point|frame|head|patch|vocab|depth|sample|latent)\w*)$/i
const ARITHMETIC = /^[\w. ()]+(?:\s*(?:[-+*]|\/{1,2})\s*[\w. ()]+)+$/
const NO_SIZE =
  /^(?:of|to|in|on|as|by|at|be|it|no|we|do|is|or|if|an|int|float|str|bool|list|set|dict|any|None|True|False|Tensor|Optional)$/i
