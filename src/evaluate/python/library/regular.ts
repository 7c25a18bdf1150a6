/** Python's `re`, done by JavaScript's regular expressions where a pattern means the same in both. */
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  dictionaryOf,
  type InstanceValue,
  integer,
  isNone,
  list,
  type NativeValue,
  NONE,
  string,
  tuple,
  type UnknownValue,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define, method, positionals } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { iteratorOver } from "../iteration.ts"
import { countOf, textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { attemptsOf } from "./backtracking.ts"
import { library, type Members } from "./module.ts"

/** Longer texts are not searched: a pattern could take for ever on them. */
const MAXIMUM_TEXT = 2000

/** Attempts of one search that take about half a second. */
const MAXIMUM_ATTEMPTS = 1e8
const ATTEMPTS_PER_STEP = 100
/** What a search counts for at the most: few searches reach that many attempts, but the clock is to be asked. */
const MAXIMUM_STEPS = 2048

const FLAGS: Record<string, { readonly value: number; readonly letter?: string }> = {
  IGNORECASE: { value: 2, letter: "i" },
  MULTILINE: { value: 8, letter: "m" },
  DOTALL: { value: 16, letter: "s" },
  VERBOSE: { value: 64 },
  ASCII: { value: 256, letter: "" },
  UNICODE: { value: 32, letter: "" },
}

/** Letters that are not the first of the name. */
const SHORT_NAMES: Record<string, string> = { VERBOSE: "X", DOTALL: "S" }

/** What JavaScript does not have: conditionals, comments, atomic groups, possessive quantifiers, scoped flags. */
const UNTRANSLATABLE = /\(\?(?:\(|#|>|[aiLmsux]*-|[aiLmsux]+:)|[*+?}]\+/

/** The same pattern for JavaScript; undefined when there is none. */
export function translate(pattern: string, flags: number): RegExp | undefined {
  const inline = /^\(\?([aimsu]+)\)/.exec(pattern)
  const body = inline ? pattern.slice(inline[0].length) : pattern
  if (flags & 64 || UNTRANSLATABLE.test(body)) return undefined
  const letters = new Set([...(inline?.[1] ?? "")].filter((letter) => "ims".includes(letter)))
  for (const { value, letter } of Object.values(FLAGS)) if (letter && flags & value) letters.add(letter)
  const source = body
    .replaceAll("(?P<", "(?<")
    .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replace(/\\A/g, "(?<![\\s\\S])")
    .replace(/\\Z/g, "(?![\\s\\S])")
    .replace(/(^|[^\\])\$$/, letters.has("m") ? "$1$$" : "$1(?=\\n?(?![\\s\\S]))")
  try {
    return new RegExp(source, `${[...letters].join("")}dg`)
  } catch {
    return undefined
  }
}

interface PatternState {
  readonly expression: RegExp
}
interface MatchState {
  readonly match: RegExpExecArray
}

/** The expression of a pattern object or text. */
function expressionOf(pattern: Value, flags: Value | undefined): RegExp | UnknownValue {
  if (pattern.kind === "instance" && pattern.class === patternClass) return (pattern.state as PatternState).expression
  const text = textOf(pattern)
  if (text === undefined) return unknown(pattern.kind === "unknown" ? pattern.reason : "the pattern is not known")
  const bits = flags ? countOf(flags) : 0
  const expression = bits === undefined ? undefined : translate(text, bits)
  return expression ?? unknown(`the pattern ${text} is not evaluated`)
}

const groupText = (text: string | undefined): Value => (text === undefined ? NONE : string(text))

function matchObject(interpreter: Interpreter, match: RegExpExecArray | null): Value {
  if (!match) return NONE
  const made = interpreter.instantiate(matchClass, interpreter.place)
  made.state = { match } satisfies MatchState
  return made
}

const matchOf = (self: Value): RegExpExecArray | undefined => ((self as InstanceValue).state as MatchState | undefined)?.match

function group(interpreter: Interpreter, self: Value, key: Value): Value {
  const match = matchOf(self)
  const index = countOf(key)
  const name = textOf(key)
  if (!match || (index === undefined && name === undefined)) return unknown("the group is not known")
  const isThere = index === undefined ? Object.hasOwn(match.groups ?? {}, name as string) : index >= 0 && index < match.length
  if (!isThere) return interpreter.raise("IndexError", "no such group")
  return groupText(index === undefined ? match.groups?.[name as string] : match[index])
}

const ofMatch = (name: string, read: (match: RegExpExecArray, group: number) => Value): NativeValue =>
  method(`re.Match.${name}`, "self, group?", (_, given) => {
    const match = matchOf(given.self)
    const index = given.group ? countOf(given.group) : 0
    return match && index !== undefined ? read(match, index) : unknown("the group is not known")
  })

const matchClass = declareClass("re.Match", objectType, [
  method("re.Match.group", "self", (interpreter, { self }, { positional: [, ...keys] }) => {
    if (keys.length < 2) return group(interpreter, self, keys[0] ?? integer(0))
    return tuple(keys.map((key) => group(interpreter, self, key)))
  }),
  method("re.Match.__getitem__", "self, key", (interpreter, { self, key }) => group(interpreter, self, key)),
  ofMatch("groups", (match) => tuple(match.slice(1).map(groupText))),
  ofMatch("groupdict", (match) => dictionaryOf(Object.entries(match.groups ?? {}).map(([name, text]) => [name, groupText(text)] as const))),
  ofMatch("start", (match, index) => integer(match.indices?.[index]?.[0] ?? -1)),
  ofMatch("end", (match, index) => integer(match.indices?.[index]?.[1] ?? -1)),
  ofMatch("span", (match, index) => tuple([integer(match.indices?.[index]?.[0] ?? -1), integer(match.indices?.[index]?.[1] ?? -1)])),
])

type Search = (interpreter: Interpreter, expression: RegExp, text: string, more: readonly Value[]) => Value

/** A search as a function of the module and as a method of patterns. */
function searching(name: string, search: Search): { readonly asFunction: NativeValue; readonly asMethod: NativeValue } {
  const run = (interpreter: Interpreter, expression: RegExp | UnknownValue, subject: Value | undefined, more: readonly Value[]): Value => {
    const text = textOf(subject)
    if ("kind" in expression) return expression
    if (text === undefined) return unknown(subject?.kind === "unknown" ? subject.reason : "the text that is searched is not known")
    const attempts = attemptsOf(expression.source, text.length)
    interpreter.spend(Math.min(MAXIMUM_STEPS, Math.ceil(attempts / ATTEMPTS_PER_STEP)))
    if (text.length > MAXIMUM_TEXT || attempts > MAXIMUM_ATTEMPTS) return unknown("the text that is searched is too long for the pattern")
    return search(interpreter, expression, text, more)
  }
  const isReplacing = name.startsWith("sub")
  return {
    asFunction: define(`re.${name}`, "pattern", (interpreter, { pattern }, { positional, keywords }) => {
      const rest = positional.slice(1)
      const subject = keywords.get("string") ?? rest.splice(isReplacing ? 1 : 0, 1)[0]
      const flags = keywords.get("flags") ?? (isReplacing || name === "split" ? rest[2] : rest[0])
      const count = keywords.get("count") ?? keywords.get("maxsplit")
      return run(
        interpreter,
        expressionOf(pattern, flags),
        subject,
        isReplacing ? [keywords.get("repl") ?? rest[0] ?? NONE, count ?? rest[1] ?? NONE] : [count ?? NONE],
      )
    }),
    asMethod: method(`re.Pattern.${name}`, "self", (interpreter, { self }, { positional, keywords }) => {
      const rest = positional.slice(1)
      const subject = keywords.get("string") ?? rest.splice(isReplacing ? 1 : 0, 1)[0]
      return run(interpreter, expressionOf(self, undefined), subject, rest)
    }),
  }
}

const anchored = (expression: RegExp, text: string, isFull: boolean): RegExpExecArray | null => {
  const { source, flags } = expression
  return new RegExp(`(?<![\\s\\S])(?:${source})${isFull ? "(?![\\s\\S])" : ""}`, flags).exec(text)
}

const all = (expression: RegExp, text: string): RegExpExecArray[] => [...text.matchAll(expression)] as RegExpExecArray[]

/** `findall` gives the groups where there are some. */
function foundText(match: RegExpExecArray): Value {
  if (match.length === 1) return string(match[0])
  return match.length === 2 ? string(match[1] ?? "") : tuple(match.slice(1).map((text) => string(text ?? "")))
}

const substitute: Search = (interpreter, expression, text, [replacement = NONE, limit = NONE]) => {
  const most = isNone(limit) ? 0 : (countOf(limit) ?? 0)
  const matches = all(expression, text).slice(0, most > 0 ? most : undefined)
  let end = 0
  let result = ""
  for (const match of matches) {
    const by = replaced(interpreter, replacement, match)
    if (by === undefined) return { ...unknown("what the text is replaced by is not known"), type: "string" }
    result += text.slice(end, match.index) + by
    end = match.index + match[0].length
  }
  return string(result + text.slice(end))
}

/** A template with `\1` and `\g<name>`, or a function of the match. */
function replaced(interpreter: Interpreter, replacement: Value, match: RegExpExecArray): string | undefined {
  const template = textOf(replacement)
  if (template === undefined) return textOf(interpreter.call(replacement, positionals(matchObject(interpreter, match)), interpreter.place))
  return template.replace(/\\(?:g<(\w+)>|(\d+)|([nt\\]))/g, (_, name?: string, index?: string, special?: string) => {
    if (special) return { n: "\n", t: "\t" }[special] ?? "\\"
    return (name !== undefined && !/^\d+$/.test(name) ? match.groups?.[name] : match[Number(name ?? index)]) ?? ""
  })
}

function parts(expression: RegExp, text: string, most: number): Value {
  const pieces: Value[] = []
  let end = 0
  for (const match of all(expression, text).slice(0, most > 0 ? most : undefined)) {
    pieces.push(string(text.slice(end, match.index)), ...match.slice(1).map(groupText))
    end = match.index + match[0].length
  }
  return list([...pieces, string(text.slice(end))])
}

const searches = [
  searching("match", (interpreter, expression, text) => matchObject(interpreter, anchored(expression, text, false))),
  searching("fullmatch", (interpreter, expression, text) => matchObject(interpreter, anchored(expression, text, true))),
  searching("search", (interpreter, expression, text) =>
    matchObject(interpreter, new RegExp(expression.source, expression.flags).exec(text)),
  ),
  searching("findall", (_, expression, text) => list(all(expression, text).map(foundText))),
  searching("finditer", (interpreter, expression, text) =>
    iteratorOver(all(expression, text).map((match) => matchObject(interpreter, match))),
  ),
  searching("split", (_, expression, text, [limit = NONE]) => parts(expression, text, isNone(limit) ? 0 : (countOf(limit) ?? 0))),
  searching("sub", substitute),
]

const patternClass = declareClass(
  "re.Pattern",
  objectType,
  searches.map(({ asMethod }) => asMethod),
)

const compile = define("re.compile", "pattern, flags?", (interpreter, { pattern, flags }, _, place) => {
  const expression = expressionOf(pattern, flags)
  if ("kind" in expression) return expression
  const made = interpreter.instantiate(patternClass, place)
  made.state = { expression } satisfies PatternState
  made.attributes.set("pattern", pattern)
  return made
})

const escapeText = define("re.escape", "pattern", (_, { pattern }) => {
  const text = textOf(pattern)
  return text === undefined ? unknown("the text is not known") : string(text.replace(/[-[\]{}()*+?.\\^$|#&~\s]/g, "\\$&"))
})

export const regularExpressions = (): Members =>
  library(
    "re",
    [...searches.map(({ asFunction }) => asFunction), compile, escapeText, define("re.purge", "", () => NONE)],
    [
      ...Object.entries(FLAGS).flatMap(([name, { value }]) => [
        [name, integer(value)] as const,
        [SHORT_NAMES[name] ?? name.charAt(0), integer(value)] as const,
      ]),
      ["Pattern", patternClass],
      ["Match", matchClass],
      ["error", declareClass("re.error", objectType)],
    ],
  )
