/** What a hover says of any other expression: the shape of a tensor, a number, or why nothing is known. */
import type { Observation } from "../evaluate/evaluation.ts"
import type { Expression } from "../syntax/tree.ts"
import { type Place, textOf } from "../text/source.ts"
import { type DimSymbol, dimText, isConcrete, symbolsOf } from "../values/dim.ts"
import type { TensorValue, UnknownValue, Value } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"
import { modelLines, placeText } from "./hover-model.ts"
import { code, type Line, plain, quiet, strong } from "./markdown.ts"
import { grouped, tensorText } from "./text.ts"

/** Further shapes of one expression that are listed. */
const LISTED_SHAPES = 5
/** Longer pieces of code are cut. */
const MAXIMUM_CODE = 60

export function valueLines(analysis: Analysis, node: Expression, observation: Observation): Line[] {
  const { value } = observation
  switch (value.kind) {
    case "tensor":
      return tensorLines(analysis, node, value, observation)
    case "unknown":
      return unknownLines(analysis, node, value)
    case "integer":
      return node.kind === "number" ? [] : [[code(shortText(analysis, node)), plain(" = "), code(texts(observation, numberText))]]
    case "tuple":
    case "list":
      return value.items.length > 0 && value.items.every((item) => item.kind === "tensor")
        ? listLines(value.items as TensorValue[])
        : sizesLines(analysis, node, value.items)
    case "class":
      return classLines(analysis, value)
    default:
      return []
  }
}

const numberText = (value: Value): string | undefined => (value.kind === "integer" ? grouped(dimText(value.value)) : undefined)

/** The first text and those of later values that differ. */
function texts({ value, others }: Observation, text: (value: Value) => string | undefined): string {
  return [...new Set([value, ...others].map(text).filter((found) => found !== undefined))].slice(0, LISTED_SHAPES + 1).join(", ")
}

function tensorLines(analysis: Analysis, node: Expression, tensor: TensorValue, { others, count }: Observation): Line[] {
  if (!tensor.shape && tensor.unknown) return unknownLines(analysis, node, tensor.unknown)
  const role = tensor.role === "parameter" ? "weight " : tensor.role === "buffer" ? "buffer " : ""
  const shape = tensorText(tensor)
  const more = [...new Set(others.flatMap((other) => (other.kind === "tensor" ? [tensorText(other)] : [])))].filter(
    (text) => text !== shape,
  )
  return [
    [quiet(role), code(shape), plain(tensor.dtype ? ` ${tensor.dtype}` : "")],
    ...(more.length > 0
      ? [
          [
            quiet(`then ${more.slice(0, LISTED_SHAPES).join(", ")}${more.length > LISTED_SHAPES ? ", …" : ""} (seen ${count} times)`),
          ] as Line,
        ]
      : []),
    undefined,
    ...originLines(analysis, node, tensor),
    ...symbolLines(tensor),
  ]
}

/** The call that gave the tensor, when the expression only names it. */
function originLines(analysis: Analysis, node: Expression, tensor: TensorValue): Line[] {
  if (node.kind !== "name" && node.kind !== "attribute") return []
  const made = [...analysis.observations].filter(([maker, seen]) => seen.value === tensor && (maker as Expression).kind === "call").at(-1)
  if (made) {
    const place = { file: analysis.file, span: (made[0] as Expression).span }
    return [[quiet("from "), code(cut(textOf(place))), quiet(placeText(place, place))]]
  }
  const input = analysis.models
    .flatMap(({ inputs }) => inputs)
    .find(({ name, shape }) => node.kind === "name" && name === node.name && shape === tensor.shape)
  return input ? [[quiet(`an input, ${input.origin}`)]] : []
}

/** Sizes that are symbols, and what they stand for. */
function symbolLines({ shape = [] }: TensorValue): Line[] {
  const symbols = new Map<string, DimSymbol>(
    shape.flatMap((size) => (isConcrete(size) ? [] : symbolsOf(size).map((symbol): [string, DimSymbol] => [symbol.name, symbol]))),
  )
  return [...symbols.values()].flatMap(({ name, reason }): Line[] =>
    reason ? [[quiet("? "), plain(reason)]] : name === "N" ? [[quiet("N is the batch")]] : [],
  )
}

function unknownLines(analysis: Analysis, node: Expression, { reason, place }: UnknownValue): Line[] {
  const here: Place = { file: analysis.file, span: node.span }
  const isHere = place !== undefined && place.file === here.file && place.span.start === here.span.start
  const origin: Line[] =
    place && !isHere && place.span.end > place.span.start ? [[quiet(`It began${placeText(place, here)}: `), code(cut(textOf(place)))]] : []
  return [[strong("Not known"), plain(`: ${reason}`)], ...origin]
}

function listLines(tensors: readonly TensorValue[]): Line[] {
  const listed = tensors
    .slice(0, LISTED_SHAPES)
    .map((tensor): Line => [code(tensorText(tensor)), plain(tensor.dtype ? ` ${tensor.dtype}` : "")])
  return tensors.length > LISTED_SHAPES ? [...listed, [quiet(`and ${tensors.length - LISTED_SHAPES} more`)]] : listed
}

/** A list of sizes, such as what `x.shape` gives. */
function sizesLines(analysis: Analysis, node: Expression, items: readonly Value[]): Line[] {
  const sizes = items.map(numberText)
  if (items.length === 0 || sizes.includes(undefined) || node.kind === "tuple" || node.kind === "list") return []
  return [[code(shortText(analysis, node)), plain(" = "), code(`(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`)]]
}

function classLines(analysis: Analysis, value: Extract<Value, { kind: "class" }>): Line[] {
  if (value.layer)
    return [
      [strong(value.name)],
      undefined,
      [plain(value.layer.sentence)],
      undefined,
      [quiet(value.layer.formula ? `Parameters = ${value.layer.formula}` : "")],
    ]
  const model = analysis.models.find((candidate) => candidate.class === value.name)
  return model ? modelLines(model) : []
}

const shortText = ({ file }: Analysis, { span }: Expression): string => cut(textOf({ file, span }))

function cut(text: string): string {
  const line = text.replace(/\s+/g, " ")
  return line.length > MAXIMUM_CODE ? `${line.slice(0, MAXIMUM_CODE)}…` : line
}
