/** Methods of JavaScript strings. */
import { boolean, integer, isNone, list, NONE, type StringValue, string, UNDEFINED, type Value } from "../../values/value.ts"
import { apply, type Here, itself, MAXIMUM_ITEMS, MAXIMUM_TEXT, methods, notKnown } from "./natives.ts"
import { numberOf } from "./numbers.ts"
import { textOf } from "./text.ts"

type Parameters = (string | number | undefined)[]

/** Wraps a method whose parameters are numbers and strings; unknown ones make the result unknown. */
const plain =
  (name: string, compute: (text: string, ...parameters: Parameters) => Value) =>
  (here: Here, self: StringValue, ...parameters: (Value | undefined)[]): Value => {
    const read: Parameters = []
    for (const parameter of parameters) {
      if (parameter === undefined || parameter.kind === "constant") read.push(undefined)
      else if (parameter.kind === "string") read.push(parameter.value)
      else {
        const number = numberOf(parameter)
        if (number === undefined) return notKnown(here, `the result of ${name} depends on what is not known`)
        read.push(number)
      }
    }
    return compute(self.value, ...read)
  }

const asNumber = (value: string | number | undefined): number | undefined => (value === undefined ? undefined : Number(value))
const bounded = (count: number): number => Math.max(0, Math.min(MAXIMUM_TEXT, count))

const padded = (name: "padStart" | "padEnd") =>
  plain(name, (text, length, filler) => string(text[name](bounded(Number(length ?? 0)), filler === undefined ? " " : String(filler))))

function replaced(here: Here, self: StringValue, pattern: Value | undefined, replacement: Value | undefined, all: boolean): Value {
  if (pattern?.kind !== "string" || replacement === undefined) return notKnown(here, "text that a pattern replaces")
  const first = replacement.kind === "string" ? replacement : apply(here, replacement, pattern)
  const text = textOf(first)
  if (text === undefined) return notKnown(here, "text that a pattern replaces")
  const parts = self.value.split(pattern.value)
  if ((parts.length - 1) * text.length > MAXIMUM_TEXT) return notKnown(here, "text longer than the limit")
  return string(all ? parts.join(text) : self.value.replace(pattern.value, () => text))
}

function split(here: Here, self: StringValue, separator: Value | undefined): Value {
  if (separator === undefined || isNone(separator)) return list([self])
  if (separator.kind !== "string") return notKnown(here, "text that is split by a pattern")
  return list(self.value.split(separator.value, MAXIMUM_ITEMS).map(string))
}

function repeated(here: Here, self: StringValue, count: Value | undefined): Value {
  const times = numberOf(count)
  if (times === undefined) return notKnown(here, "text repeated an unknown number of times")
  if (times < 0 || times === Number.POSITIVE_INFINITY) return here.interpreter.raise("RangeError", "Invalid count value")
  if (times * self.value.length > MAXIMUM_TEXT) return notKnown(here, "text longer than the limit")
  return string(self.value.repeat(times))
}

function concatenated(here: Here, self: StringValue, ...parameters: (Value | undefined)[]): Value {
  const parts = parameters.map((parameter) => textOf(parameter))
  if (parts.includes(undefined)) return notKnown(here, "text that is not known")
  const text = self.value + parts.join("")
  return text.length > MAXIMUM_TEXT ? notKnown(here, "text longer than the limit") : string(text)
}

export const stringMethods = methods<StringValue>("String", {
  at: plain("at", (text, index) => character(text.at(Number(index ?? 0)))),
  charAt: plain("charAt", (text, index) => string(text.charAt(Number(index ?? 0)))),
  charCodeAt: plain("charCodeAt", (text, index) => integer(text.charCodeAt(Number(index ?? 0)) || 0)),
  codePointAt: plain("codePointAt", (text, index) => integer(text.codePointAt(Number(index ?? 0)) ?? 0)),
  concat: concatenated,
  endsWith: plain("endsWith", (text, part, end) => boolean(text.endsWith(String(part), asNumber(end)))),
  includes: plain("includes", (text, part, start) => boolean(text.includes(String(part), asNumber(start)))),
  indexOf: plain("indexOf", (text, part, start) => integer(text.indexOf(String(part), asNumber(start)))),
  lastIndexOf: plain("lastIndexOf", (text, part) => integer(text.lastIndexOf(String(part)))),
  localeCompare: plain("localeCompare", (text, other) => integer(text < String(other) ? -1 : text > String(other) ? 1 : 0)),
  match: found("match", (text, pattern) => (text.includes(pattern) ? list([string(pattern)]) : NONE)),
  normalize: plain("normalize", (text) => string(text.normalize())),
  padEnd: padded("padEnd"),
  padStart: padded("padStart"),
  repeat: repeated,
  replace: (here, self, pattern, replacement) => replaced(here, self, pattern, replacement, false),
  replaceAll: (here, self, pattern, replacement) => replaced(here, self, pattern, replacement, true),
  search: found("search", (text, pattern) => integer(text.indexOf(pattern))),
  slice: plain("slice", (text, start, end) => string(text.slice(asNumber(start), asNumber(end)))),
  split,
  startsWith: plain("startsWith", (text, part, start) => boolean(text.startsWith(String(part), asNumber(start)))),
  substr: plain("substr", (text, start, length) => {
    const from = Number(start ?? 0) < 0 ? Math.max(0, text.length + Number(start)) : Number(start ?? 0)
    return string(text.slice(from, length === undefined ? undefined : from + Number(length)))
  }),
  substring: plain("substring", (text, start, end) => string(text.substring(Number(start ?? 0), asNumber(end)))),
  toLocaleLowerCase: (_, self) => string(self.value.toLowerCase()),
  toLocaleUpperCase: (_, self) => string(self.value.toUpperCase()),
  toLowerCase: (_, self) => string(self.value.toLowerCase()),
  toString: itself,
  toUpperCase: (_, self) => string(self.value.toUpperCase()),
  trim: (_, self) => string(self.value.trim()),
  trimEnd: (_, self) => string(self.value.trimEnd()),
  trimStart: (_, self) => string(self.value.trimStart()),
  valueOf: itself,
})

/** A pattern without signs of its own is the text itself; what others find is not worked out. */
const PLAIN_PATTERN = /^[\w \-/:,;'"&%@!<>=~#]*$/

function found(name: string, tell: (text: string, pattern: string) => Value) {
  return (here: Here, self: StringValue, pattern: Value | undefined): Value =>
    pattern?.kind === "string" && PLAIN_PATTERN.test(pattern.value)
      ? tell(self.value, pattern.value)
      : notKnown(here, `the result of ${name} depends on a pattern`)
}

const character = (text: string | undefined): Value => (text === undefined ? UNDEFINED : string(text))
