/** Python's format language: f-strings, `format()`, `str.format` and the `%` operator. */
import { isConcrete } from "../../values/dim.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { string, type Value } from "../../values/value.ts"
import { exponential, floatText } from "./literals.ts"
import { fixedText } from "./rounding.ts"
import { pythonRepr, pythonText } from "./text.ts"
import { underlying } from "./underlying.ts"

interface Specification {
  readonly fill: string
  readonly align: string
  readonly sign: string
  readonly isAlternate: boolean
  readonly width: number
  readonly grouping: string
  readonly precision: number | undefined
  readonly type: string
}

// Source: https://docs.python.org/3/library/string.html#format-specification-mini-language
const SPECIFICATION = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su

/** Wider fields than this are no formatting anybody wants. */
const MAXIMUM_WIDTH = 10_000

/** What `{value!conversion:format}` gives; undefined when it is not known. */
export function formatValue(interpreter: Interpreter, value: Value, format = "", conversion = ""): string | undefined {
  if (conversion !== "") {
    const text = conversion === "s" ? pythonText(interpreter, value) : pythonRepr(interpreter, value)
    return text === undefined ? undefined : formatPlain(interpreter, string(text), format)
  }
  return formatPlain(interpreter, value, format)
}

function formatPlain(interpreter: Interpreter, value: Value, format: string): string | undefined {
  const custom =
    value.kind === "instance" ? value.class.mro.find((cls) => cls.attributes.has("__format__"))?.attributes.get("__format__") : undefined
  if (custom) {
    const result = interpreter.call(custom, { positional: [value, string(format)], keywords: new Map() }, interpreter.place)
    return result.kind === "string" ? result.value : undefined
  }
  if (format === "") return pythonText(interpreter, value)
  const specification = parse(format)
  return specification && applyFormat(underlying(value), specification)
}

function parse(format: string): Specification | undefined {
  const match = SPECIFICATION.exec(format)
  if (!match || Number(match[7] ?? 0) > MAXIMUM_WIDTH || Number(match[9] ?? 0) > MAXIMUM_WIDTH) return undefined
  return {
    fill: match[1] ?? (match[6] ? "0" : " "),
    align: match[2] ?? (match[6] ? "=" : ""),
    sign: match[3] ?? "-",
    isAlternate: match[5] !== undefined,
    width: Number(match[7] ?? 0),
    grouping: match[8] ?? "",
    precision: match[9] === undefined ? undefined : Number(match[9]),
    type: match[10] ?? "",
  }
}

function applyFormat(value: Value, specification: Specification): string | undefined {
  if (value.kind === "string") return formatString(value.value, specification)
  const number = numberText(value, specification)
  if (!number) return undefined
  const sign = number.isNegative ? "-" : specification.sign === "-" ? "" : specification.sign
  return padded(`${sign}${number.prefix}`, grouped(number.digits, specification), specification, ">")
}

function formatString(value: string, specification: Specification): string | undefined {
  if (specification.type !== "" && specification.type !== "s") return undefined
  const text = specification.precision === undefined ? value : value.slice(0, specification.precision)
  return padded("", text, { ...specification, align: specification.align === "=" ? "<" : specification.align }, "<")
}

function padded(prefix: string, body: string, { fill, align, width }: Specification, usual: string): string {
  const missing = Math.max(0, width - prefix.length - body.length)
  const side = align || usual
  if (side === "=") return prefix + fill.repeat(missing) + body
  if (side === "<") return prefix + body + fill.repeat(missing)
  const left = side === "^" ? missing >> 1 : missing
  return fill.repeat(left) + prefix + body + fill.repeat(missing - left)
}

interface NumberText {
  readonly isNegative: boolean
  readonly prefix: string
  readonly digits: string
}

const RADIX: Record<string, number> = { b: 2, o: 8, x: 16, X: 16 }

function numberText(value: Value, specification: Specification): NumberText | undefined {
  if (value.kind === "boolean") return numberText({ kind: "integer", value: Number(value.value) }, specification)
  if (value.kind === "float") return floatNumber(value.value, specification)
  if (value.kind !== "integer" || !isConcrete(value.value)) return undefined
  if ("eEfFgG%".includes(specification.type) && specification.type !== "") return floatNumber(Number(value.value), specification)
  const isNegative = value.value < 0
  const size = isNegative ? -value.value : value.value
  if (specification.type === "c") return { isNegative: false, prefix: "", digits: String.fromCodePoint(Number(value.value)) }
  const digits = size.toString(RADIX[specification.type] ?? 10)
  const prefix = specification.isAlternate && specification.type in RADIX ? `0${specification.type}` : ""
  return { isNegative, prefix, digits: specification.type === "X" ? digits.toUpperCase() : digits }
}

function floatNumber(value: number, { type, precision, isAlternate }: Specification): NumberText | undefined {
  const isNegative = value < 0 || Object.is(value, -0)
  const size = Math.abs(value)
  if (!Number.isFinite(size)) return { isNegative, prefix: "", digits: `${Number.isNaN(size) ? "nan" : "inf"}${type === "%" ? "%" : ""}` }
  const write = FLOAT_TEXTS[type.toLowerCase()]
  const digits = write?.(size, precision, isAlternate)
  return digits === undefined ? undefined : { isNegative, prefix: "", digits: type === "E" || type === "G" ? digits.toUpperCase() : digits }
}

const FLOAT_TEXTS: Record<string, (size: number, precision: number | undefined, isAlternate: boolean) => string | undefined> = {
  f: (size, precision = 6) => fixedText(size, precision),
  "%": (size, precision = 6) => `${fixedText(size * 100, precision)}%`,
  e: (size, precision = 6) => exponential(size.toExponential(Math.min(precision, 100))),
  g: (size, precision = 6, isAlternate) => general(size, Math.max(precision, 1), isAlternate),
  n: (size, precision = 6) => general(size, Math.max(precision, 1), false),
  "": (size, precision) => (precision === undefined ? floatText(size) : generalWithPoint(size, precision)),
}

function general(size: number, precision: number, keepZeros: boolean): string {
  const scientific = size.toExponential(Math.min(precision - 1, 100))
  const exponent = Number(scientific.split("e")[1])
  const isLong = exponent < -4 || exponent >= precision
  const text = isLong ? scientific : fixedText(size, precision - 1 - exponent)
  const [digits, tail] = isLong ? (text.split("e") as [string, string]) : [text, undefined]
  const short = keepZeros || !digits.includes(".") ? digits : digits.replace(/\.?0+$/, "")
  return tail === undefined ? short : exponential(`${short}e${tail}`)
}

/** `f"{x:.3}"`: like "g", but always with a digit after the point. */
function generalWithPoint(size: number, precision: number): string {
  const text = general(size, Math.max(precision, 1), false)
  return /[.e]/.test(text) ? text : `${text}.0`
}

function grouped(digits: string, { grouping, type }: Specification): string {
  if (grouping === "") return digits
  const [whole, ...rest] = digits.split(/(?=[.e%])/)
  const every = type in RADIX ? /\B(?=(.{4})+$)/g : /\B(?=(\d{3})+$)/g
  return [whole?.replace(every, grouping), ...rest].join("")
}

/** `template % argument`; undefined when it is not known. */
export function percentFormat(interpreter: Interpreter, template: string, argument: Value): string | undefined {
  const given = argument.kind === "tuple" ? [...argument.items] : [argument]
  let isKnown = true
  const text = template.replace(
    /%(?:\((\w+)\))?([-#0 +]*)(\*|\d+)?(?:\.(\d+))?([diouxXeEfFgGcrsa%])/g,
    (_, key: string | undefined, flags: string, width: string | undefined, precision: string | undefined, type: string) => {
      if (type === "%") return "%"
      const value = key === undefined ? given.shift() : entryNamed(argument, key)
      const part = value && width !== "*" ? percentPart(interpreter, value, flags, width ?? "", precision, type) : undefined
      if (part === undefined) isKnown = false
      return part ?? ""
    },
  )
  return isKnown ? text : undefined
}

const entryNamed = (argument: Value, key: string): Value | undefined =>
  argument.kind === "dictionary" ? argument.entries.get(`s:${key}`)?.value : undefined

function percentPart(
  interpreter: Interpreter,
  value: Value,
  flags: string,
  width: string,
  precision: string | undefined,
  type: string,
): string | undefined {
  const align = flags.includes("-") ? "<" : flags.includes("0") && !"rsa".includes(type) ? "0=" : ">"
  const sign = flags.includes("+") ? "+" : flags.includes(" ") ? " " : ""
  const digits = precision === undefined ? "" : `.${precision}`
  if ("rsa".includes(type)) return formatValue(interpreter, value, `${align}${width}${digits}`, type === "s" ? "s" : "r")
  const isWhole = "diu".includes(type)
  const number = isWhole ? truncated(value) : underlying(value)
  return formatValue(interpreter, number, `${align}${sign}${flags.includes("#") ? "#" : ""}${width}${isWhole ? "d" : digits + type}`)
}

/** `"%d" % 2.7` is "2". */
function truncated(given: Value): Value {
  const value = underlying(given)
  return value.kind === "float" && Number.isFinite(value.value) ? { kind: "integer", value: Math.trunc(value.value) } : value
}
