/** Signatures as the documentation writes them: parsed once, and bound to the arguments of a call. */
import * as V from "../values/value.ts"

export interface Parameter {
  readonly name: string
  readonly kind: "positional" | "keyword" | "rest" | "restKeywords"
  /** The default as written; undefined when the argument must be given. */
  readonly text?: string
  /** The default's value; undefined when it is no literal. */
  readonly value?: V.Value
}

export interface Binding {
  readonly values: ReadonlyMap<string, V.Value>
  /** Names that the call itself gave. */
  readonly given: ReadonlySet<string>
  /** Why there may be more arguments than these. */
  readonly rest?: V.UnknownValue
  /** What is wrong with the call for certain: a predicate such as "misses the argument kernel_size". */
  readonly problem?: string
}

const parsed = new Map<string, readonly Parameter[]>()

/** Parses "in_channels, out_channels, *, bias=True, **kwargs". */
export function parametersOf(signature: string): readonly Parameter[] {
  let parameters = parsed.get(signature)
  if (!parameters) parsed.set(signature, (parameters = parse(signature)))
  return parameters
}

function parse(signature: string): Parameter[] {
  let kind: Parameter["kind"] = "positional"
  const parameters: Parameter[] = []
  for (const part of splitAtCommas(signature)) {
    if (part === "*") kind = "keyword"
    else if (part === "/") continue
    else if (part.startsWith("**")) parameters.push({ name: part.slice(2), kind: "restKeywords" })
    else if (part.startsWith("*")) {
      parameters.push({ name: part.slice(1), kind: "rest" })
      kind = "keyword"
    } else parameters.push(parameter(part, kind))
  }
  return parameters
}

function parameter(part: string, kind: Parameter["kind"]): Parameter {
  const equals = part.indexOf("=")
  if (equals < 0) return { name: part, kind }
  const text = part.slice(equals + 1).trim()
  const value = literal(text)
  return { name: part.slice(0, equals).trim(), kind, text, ...(value && { value }) }
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index <= text.length; index++) {
    const character = text[index]
    if (character === "(" || character === "[") depth++
    else if (character === ")" || character === "]") depth--
    else if (index === text.length || (character === "," && depth === 0)) {
      parts.push(text.slice(start, index).trim())
      start = index + 1
    }
  }
  return parts.filter((part) => part !== "")
}

const NAMED: Record<string, V.Value> = { None: V.NONE, null: V.NONE, True: V.TRUE, true: V.TRUE, False: V.FALSE, false: V.FALSE }

/** The value of a literal default: None, a boolean, a number, a string or a tuple of such. */
function literal(text: string): V.Value | undefined {
  if (Object.hasOwn(NAMED, text)) return NAMED[text]
  if (/^-?\d+$/.test(text)) return V.integer(Number(text))
  if (/^-?(\d+\.\d*|\.\d+|\d+)(e[-+]?\d+)?$/i.test(text)) return V.float(Number(text))
  if (/^(["']).*\1$/.test(text)) return V.string(text.slice(1, -1))
  if (/^[([].*[)\]]$/.test(text)) {
    const items = splitAtCommas(text.slice(1, -1)).map(literal)
    return items.includes(undefined) ? undefined : V.tuple(items as V.Value[])
  }
  return undefined
}

/**
 * Puts a call's arguments under the names of the signature, defaults included.
 * A `*shape` may be given by name as well, as torch allows: `x.reshape(shape=(2, 3))`.
 */
export function bindArguments(signature: string, call: V.CallArguments): Binding {
  const parameters = parametersOf(signature)
  const values = new Map<string, V.Value>()
  const given = new Set<string>()
  const give = (name: string, value: V.Value) => {
    values.set(name, value)
    given.add(name)
  }
  let problem = bindPositional(parameters, call, give)
  problem = bindKeywords(parameters, call, given, give) ?? problem
  for (const { name, kind, text, value } of parameters) {
    if (given.has(name) || kind === "restKeywords") continue
    if (kind === "rest") values.set(name, call.rest ?? V.tuple([]))
    else if (call.rest) values.set(name, call.rest)
    else if (value) values.set(name, value)
    else if (text === undefined) problem ??= `misses the argument ${name}`
  }
  return { values, given, ...(call.rest && { rest: call.rest }), ...(problem !== undefined && !call.rest && { problem }) }
}

/** What may not be there at all is no argument too many. */
const isMaybe = (value: V.Value): boolean => value.kind === "unknown" && value.isMaybe === true

type Give = (name: string, value: V.Value) => void

function bindPositional(parameters: readonly Parameter[], call: V.CallArguments, give: Give): string | undefined {
  const places = parameters.filter(({ kind }) => kind === "positional")
  const rest = parameters.find(({ kind }) => kind === "rest")
  places.forEach(({ name }, index) => {
    const value = call.positional[index]
    if (value) give(name, value)
  })
  const surplus = call.positional.slice(places.length)
  if (rest) {
    if (surplus.length > 0) give(rest.name, call.rest ?? V.tuple(surplus))
    return undefined
  }
  return surplus.length > 0 ? `takes ${countOf(places.length)}, got ${call.positional.length}` : undefined
}

const countOf = (count: number): string => (count === 1 ? "1 positional argument" : `${count} positional arguments`)

function bindKeywords(parameters: readonly Parameter[], call: V.CallArguments, given: ReadonlySet<string>, give: Give): string | undefined {
  let problem: string | undefined
  const more = new Map<string, V.Value>()
  for (const [name, value] of call.keywords) {
    const target = parameters.find((candidate) => candidate.name === name && candidate.kind !== "restKeywords")
    if (!target) more.set(name, value)
    else if (given.has(name)) problem ??= `got the argument ${name} twice`
    else give(name, value)
  }
  const open = parameters.find(({ kind }) => kind === "restKeywords")
  if (open) give(open.name, call.rest ?? V.dictionaryOf(more))
  else for (const [name, value] of more) if (!isMaybe(value)) problem ??= `has no argument ${name}`
  return problem
}
