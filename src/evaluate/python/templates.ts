/** `str.format` and `format_map`: replacement fields in a template. */
import type { Interpreter } from "../../values/interpreter.ts"
import { type CallArguments, integer, string, type Value } from "../../values/value.ts"
import { formatValue } from "./formatting.ts"

/** The arguments, and the number the next empty field takes. */
interface Fields {
  readonly call: CallArguments
  next: number
}

/** The filled template; undefined when a part of it is not known. */
export function formatTemplate(interpreter: Interpreter, template: string, call: CallArguments): string | undefined {
  return fill(interpreter, template, { call, next: 0 }, 0)
}

/** Braces within a field's format are filled first, as in "{:>{width}}". */
const FIELD = /\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}/g

function fill(interpreter: Interpreter, template: string, fields: Fields, depth: number): string | undefined {
  let isKnown = true
  const text = template.replace(FIELD, (whole, inside: string | undefined) => {
    if (whole === "{{" || whole === "}}") return whole.charAt(0)
    const part = depth < 2 ? field(interpreter, inside ?? "", fields, depth) : undefined
    if (part === undefined) isKnown = false
    return part ?? ""
  })
  return isKnown ? text : undefined
}

function field(interpreter: Interpreter, inside: string, fields: Fields, depth: number): string | undefined {
  const match = /^([^!:]*)(?:!([rsa]))?(?::(.*))?$/s.exec(inside)
  if (!match) return undefined
  const value = look(interpreter, match[1] ?? "", fields)
  const format = fill(interpreter, match[3] ?? "", fields, depth + 1)
  return value && format !== undefined ? formatValue(interpreter, value, format, match[2]) : undefined
}

function look(interpreter: Interpreter, path: string, fields: Fields): Value | undefined {
  const [first, ...steps] = path.split(/(?=[.[])/)
  const name = first ?? ""
  const position = name === "" ? fields.next++ : /^\d+$/.test(name) ? Number(name) : undefined
  let value = position === undefined ? fields.call.keywords.get(name) : fields.call.positional[position]
  for (const step of steps) value = value && follow(interpreter, value, step)
  return value
}

function follow(interpreter: Interpreter, value: Value, step: string): Value | undefined {
  if (step.startsWith(".")) return interpreter.findAttribute(value, step.slice(1))
  const key = step.slice(1, -1)
  return interpreter.index(value, /^\d+$/.test(key) ? integer(Number(key)) : string(key))
}
