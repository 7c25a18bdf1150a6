/** Methods of Python's `str`, which serve `bytes` too. */

import type { Interpreter } from "../../../values/interpreter.ts"
import { boolean, integer, list, type StringValue, string, tuple, unknown, type Value } from "../../../values/value.ts"
import { dictionaryFrom } from "../keys.ts"
import { refusal } from "../memory.ts"
import { formatTemplate } from "../templates.ts"
import { underlying } from "../underlying.ts"
import { countOf, methodsOf, textOf } from "./receivers.ts"

const method = methodsOf("str", "string")

const lost = (self: StringValue): Value => ({ ...unknown("a part of the text is not known"), type: self.isBytes ? "bytes" : "string" })
const like = (self: StringValue, value: string): StringValue => ({ ...self, value })
const pieces = (interpreter: Interpreter, self: StringValue, parts: readonly string[]): Value =>
  refusal(interpreter, parts.length) ?? list(parts.map((part) => like(self, part)))
/** A text that was computed, when there is room for one of that length. */
const ofLength = (interpreter: Interpreter, self: StringValue, length: number, text: () => string): Value =>
  refusal(interpreter, length, "string") ?? like(self, text())

/** A method that maps text to text. */
const mapping = (name: string, map: (text: string) => string) => method(name, "", (_, self) => like(self, map(self.value)))

/** A method that asks something of a text. Python answers False for the empty one. */
const asking = (name: string, pattern: RegExp) => method(name, "", (_, self) => boolean(pattern.test(self.value)))

const mappings = [
  mapping("upper", (text) => text.toUpperCase()),
  mapping("lower", (text) => text.toLowerCase()),
  mapping("casefold", (text) => text.toLowerCase()),
  mapping("capitalize", (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()),
  mapping("title", (text) => text.replace(/\p{L}+/gu, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())),
  mapping("swapcase", (text) =>
    text.replace(/\p{L}/gu, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase())),
  ),
  asking("isdigit", /^\p{Nd}+$/u),
  asking("isdecimal", /^\p{Nd}+$/u),
  asking("isnumeric", /^\p{N}+$/u),
  asking("isalpha", /^\p{L}+$/u),
  asking("isalnum", /^[\p{L}\p{N}]+$/u),
  asking("isspace", /^\s+$/),
  asking("isidentifier", /^[\p{L}_][\p{L}\p{N}_]*$/u),
  asking("isascii", /^\p{ASCII}*$/u),
  method("isupper", "", (_, { value }) => boolean(value !== value.toLowerCase() && value === value.toUpperCase())),
  method("islower", "", (_, { value }) => boolean(value !== value.toUpperCase() && value === value.toLowerCase())),
]

/** Characters of a set as a part of a regular expression. */
const characterClass = (characters: string | undefined): string =>
  characters === undefined ? "\\s" : `[${characters.replace(/[\\\]^-]/g, "\\$&")}]`

function stripped(self: StringValue, characters: Value | undefined, sides: "left" | "right" | "both"): Value {
  const set = textOf(characters)
  if (characters?.kind === "unknown" || set === "") return set === "" ? self : lost(self)
  const one = characterClass(set)
  const start = sides === "right" ? self.value : self.value.replace(new RegExp(`^${one}+`), "")
  return like(self, sides === "left" ? start : start.replace(new RegExp(`${one}+$`), ""))
}

const strips = [
  method("strip", "chars?", (_, self, { chars }) => stripped(self, chars, "both")),
  method("lstrip", "chars?", (_, self, { chars }) => stripped(self, chars, "left")),
  method("rstrip", "chars?", (_, self, { chars }) => stripped(self, chars, "right")),
  method("removeprefix", "prefix", (_, self, { prefix }) => {
    const text = textOf(prefix)
    if (text === undefined) return lost(self)
    return like(self, self.value.startsWith(text) ? self.value.slice(text.length) : self.value)
  }),
  method("removesuffix", "suffix", (_, self, { suffix }) => {
    const text = textOf(suffix)
    if (text === undefined) return lost(self)
    return like(self, text !== "" && self.value.endsWith(text) ? self.value.slice(0, -text.length) : self.value)
  }),
]

/** `startswith` and `endswith` take one text or a tuple of them. */
function matchesAny(value: Value, test: (part: string) => boolean): Value {
  const choices = value.kind === "tuple" ? value.items : [value]
  const answers = choices.map((choice) => (textOf(choice) === undefined ? undefined : test(textOf(choice) as string)))
  if (answers.includes(true)) return boolean(true)
  return answers.includes(undefined) ? { ...unknown("the text it is compared with is not known"), type: "boolean" } : boolean(false)
}

const searches = [
  method("startswith", "prefix, start?", (_, self, { prefix, start }) =>
    matchesAny(prefix, (part) => self.value.startsWith(part, countOf(start) ?? 0)),
  ),
  method("endswith", "suffix", (_, self, { suffix }) => matchesAny(suffix, (part) => self.value.endsWith(part))),
  method("find", "sub, start?", (_, self, { sub, start }) => positioned(sub, (part) => self.value.indexOf(part, countOf(start) ?? 0))),
  method("rfind", "sub", (_, self, { sub }) => positioned(sub, (part) => self.value.lastIndexOf(part))),
  method("index", "sub", (interpreter, self, { sub }) =>
    found(
      interpreter,
      positioned(sub, (part) => self.value.indexOf(part)),
    ),
  ),
  method("rindex", "sub", (interpreter, self, { sub }) =>
    found(
      interpreter,
      positioned(sub, (part) => self.value.lastIndexOf(part)),
    ),
  ),
  method("count", "sub", (_, self, { sub }) =>
    positioned(sub, (part) => (part === "" ? self.value.length + 1 : self.value.split(part).length - 1)),
  ),
]

function positioned(sub: Value, search: (part: string) => number): Value {
  const part = textOf(sub)
  return part === undefined ? { ...unknown("the text that is searched for is not known"), type: "integer" } : integer(search(part))
}

const found = (interpreter: Interpreter, position: Value): Value =>
  position.kind === "integer" && position.value === -1 ? interpreter.raise("ValueError", "substring not found") : position

/** `split`: by white space without a separator, and at most `limit` times. */
function split(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === undefined) return splitSpace(text.trimStart(), limit)
  const parts = text.split(separator)
  return limit < 0 || parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(separator)]
}

function splitSpace(text: string, limit: number): string[] {
  const parts: string[] = []
  let rest = text
  while (rest !== "" && (limit < 0 || parts.length < limit)) {
    const [word] = /^\S+/.exec(rest) ?? [""]
    parts.push(word)
    rest = rest.slice(word.length).trimStart()
  }
  return rest === "" ? parts : [...parts, rest]
}

function splitLast(text: string, separator: string | undefined, limit: number): string[] {
  if (limit < 0) return split(text, separator, -1)
  if (separator === undefined)
    return split([...text].reverse().join(""), undefined, limit)
      .map((part) => [...part].reverse().join(""))
      .reverse()
  const parts = text.split(separator)
  return parts.length <= limit + 1 ? parts : [parts.slice(0, parts.length - limit).join(separator), ...parts.slice(parts.length - limit)]
}

function splitBy(
  interpreter: Interpreter,
  self: StringValue,
  separator: Value | undefined,
  limit: Value | undefined,
  how: typeof split,
): Value {
  const text = textOf(separator)
  if (separator?.kind === "unknown" || limit?.kind === "unknown") return lost(self)
  return pieces(interpreter, self, how(self.value, text, countOf(limit) ?? -1))
}

/** `partition`: what stands before, the separator, what stands after. */
function partition(self: StringValue, separator: Value, at: (text: string, part: string) => number, isLast: boolean): Value {
  const part = textOf(separator)
  if (part === undefined) return lost(self)
  const position = at(self.value, part)
  const none = isLast ? ["", "", self.value] : [self.value, "", ""]
  const parts = position < 0 ? none : [self.value.slice(0, position), part, self.value.slice(position + part.length)]
  return tuple(parts.map((text) => like(self, text)))
}

const splits = [
  method("split", "sep?, maxsplit?", (interpreter, self, { sep, maxsplit }) => splitBy(interpreter, self, sep, maxsplit, split)),
  method("rsplit", "sep?, maxsplit?", (interpreter, self, { sep, maxsplit }) => splitBy(interpreter, self, sep, maxsplit, splitLast)),
  method("splitlines", "", (interpreter, self) =>
    pieces(interpreter, self, self.value === "" ? [] : self.value.replace(/\r?\n$/, "").split(/\r?\n/)),
  ),
  method("partition", "sep", (_, self, { sep }) => partition(self, sep, (text, part) => text.indexOf(part), false)),
  method("rpartition", "sep", (_, self, { sep }) => partition(self, sep, (text, part) => text.lastIndexOf(part), true)),
  method("join", "iterable", (interpreter, self, { iterable }) => {
    const items = interpreter.iterate(iterable)
    if ("kind" in items) return { ...items, type: "string" }
    const texts = items.map(textOf)
    if (items.some((item) => underlying(item).kind !== "string" && underlying(item).kind !== "unknown"))
      return interpreter.raise("TypeError", "sequence item: expected str instance")
    if (texts.includes(undefined)) return lost(self)
    const length = texts.reduce((total, text) => total + (text?.length ?? 0) + self.value.length, 0)
    return ofLength(interpreter, self, length, () => texts.join(self.value))
  }),
]

function padded(self: StringValue, width: Value, fill: Value | undefined, left: (missing: number) => number): Value {
  const size = countOf(width)
  const filler = fill ? textOf(fill) : " "
  if (size === undefined || filler === undefined || size > 10_000) return lost(self)
  const missing = Math.max(0, size - self.value.length)
  const before = left(missing)
  return like(self, filler.repeat(before) + self.value + filler.repeat(missing - before))
}

const paddings = [
  method("ljust", "width, fillchar?", (_, self, { width, fillchar }) => padded(self, width, fillchar, () => 0)),
  method("rjust", "width, fillchar?", (_, self, { width, fillchar }) => padded(self, width, fillchar, (missing) => missing)),
  // CPython puts the odd blank on the left when the width is odd too.
  method("center", "width, fillchar?", (_, self, { width, fillchar }) =>
    padded(self, width, fillchar, (missing) => (missing >> 1) + (missing & (countOf(width) ?? 0) & 1)),
  ),
  method("zfill", "width", (_, self, { width }) => {
    const size = countOf(width)
    if (size === undefined || size > 10_000) return lost(self)
    const sign = /^[+-]/.exec(self.value)?.[0] ?? ""
    return like(self, sign + self.value.slice(sign.length).padStart(size - sign.length, "0"))
  }),
  method("expandtabs", "", (_, self) => like(self, self.value.replaceAll("\t", "        "))),
]

const replacements = [
  method("replace", "old, new, count?", (interpreter, self, given) => {
    const [old, replacement] = [textOf(given.old), textOf(given.new)]
    if (old === undefined || replacement === undefined) return lost(self)
    let left = countOf(given.count) ?? -1
    const length = self.value.length + self.value.split(old).length * replacement.length
    return ofLength(interpreter, self, length, () =>
      left < 0 ? self.value.replaceAll(old, () => replacement) : self.value.replaceAll(old, () => (left-- > 0 ? replacement : old)),
    )
  }),
  method("translate", "table", (_, self, { table }) => translate(self, table)),
  method("maketrans", "to, missing?", (_, self, given) => translationTable(self, given.to)),
  method("format", "", (interpreter, self, _, call) => textOrLost(self, formatTemplate(interpreter, self.value, call))),
  method("format_map", "mapping", (interpreter, self, { mapping: given }) => {
    const entries = underlying(given)
    if (entries.kind !== "dictionary") return lost(self)
    const keywords = new Map([...entries.entries.values()].map((entry) => [textOf(entry.key) ?? "", entry.value]))
    return textOrLost(self, formatTemplate(interpreter, self.value, { positional: [], keywords }))
  }),
  method("encode", "", (_, { value }) => ({
    kind: "string",
    value: String.fromCharCode(...new TextEncoder().encode(value)),
    isBytes: true,
  })),
  method("decode", "", (_, { value }) => string(new TextDecoder().decode(Uint8Array.from(value, (character) => character.charCodeAt(0))))),
  method("hex", "", (_, { value }) =>
    string([...value].map((character) => character.charCodeAt(0).toString(16).padStart(2, "0")).join("")),
  ),
  method("__len__", "", (_, { value, isBytes }) => integer(isBytes ? value.length : [...value].length)),
]

const textOrLost = (self: StringValue, text: string | undefined): Value => (text === undefined ? lost(self) : like(self, text))

/** `str.maketrans("abc", "xyz")` */
function translationTable(from: StringValue, to: Value): Value {
  const text = textOf(to)
  if (text === undefined) return lost(from)
  return dictionaryFrom(
    [...from.value].map((character, index) => [integer(character.codePointAt(0) ?? 0), string(text[index] ?? "")] as const),
  )
}

function translate(self: StringValue, table: Value): Value {
  if (table.kind !== "dictionary") return lost(self)
  const texts = [...self.value].map((character) => {
    const found = table.entries.get(`i:${character.codePointAt(0)}`)?.value
    if (!found) return character
    return found.kind === "constant" ? "" : textOf(found)
  })
  return texts.includes(undefined) ? lost(self) : like(self, texts.join(""))
}

export const stringMethods = [...mappings, ...strips, ...searches, ...splits, ...paddings, ...replacements]
