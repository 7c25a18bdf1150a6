/**
 * What Python certainly refuses in the user's own code: arguments that a function of the source does not take, calls of what is no function,
 * attributes that nothing ever sets. Each is said only where no other reading is left.
 */
import type { Statement } from "../../syntax/tree.ts"
import type { Place } from "../../text/source.ts"
import type { Problem } from "../../values/problem.ts"
import type * as V from "../../values/value.ts"
import { lookUp } from "../attributes.ts"
import { closureOf } from "../calls.ts"
import type { Evaluation } from "../evaluation.ts"
import { isDoubtful } from "../functions.ts"
import { misfit } from "./misfit.ts"

/** What is wrong with a call, before it is made. */
export function misusedCall(evaluation: Evaluation, callee: V.Value, call: V.CallArguments): Problem | undefined {
  const kind = UNCALLABLE[callee.kind]?.(callee as never)
  if (kind !== undefined) return { code: "not-callable", message: `${kind} is called, which is no function` }
  if (callee.kind === "instance" && lacksForward(evaluation, callee))
    return { code: "not-callable", message: `${callee.class.name} is called, which has no forward` }
  const target = targetOf(evaluation, callee)
  if (!target || isDoubtful(target.function) || call.rest || call.unnamed) return undefined
  const { node } = closureOf(target.function)
  const wrong = isPlaceholder(node.body) ? undefined : misfit(node.parameters.slice(target.bound), call)
  const { name } = target
  return wrong === undefined ? undefined : { code: "argument-error", message: `${name} ${wrong}`, raises: "TypeError" }
}

const UNCALLABLE: { readonly [K in V.Value["kind"]]?: (value: Extract<V.Value, { kind: K }>) => string } = {
  integer: () => "a number",
  float: () => "a number",
  string: () => "a text",
  tuple: ({ typeName }) => (typeName === "torch.Size" ? "a shape" : "a tuple"),
  list: () => "a list",
  tensor: ({ framework }) => (framework === "torch" ? "a tensor" : undefined) as string,
}

const NO_FORWARD = /^torch\.nn\.(?:Module(?:List|Dict)?|Parameter(?:List|Dict))\.forward$/

/** A module made by the program whose class says nowhere what a call does. */
function lacksForward(evaluation: Evaluation, callee: V.InstanceValue): boolean {
  if (lookUp(callee.class, "__call__") === undefined || isOnTrial(callee) || callee.class.unknownBase) return false
  if (callee.class.mro.some((cls) => cls.attributes.has("__getattr__") && cls.place)) return false
  const forward = evaluation.findAttribute(callee, "forward")
  return forward?.kind === "method" && forward.function.kind === "native" && NO_FORWARD.test(forward.function.name)
}

/** An instance that we made of a class nobody calls: whoever does may derive from it. */
const isOnTrial = ({ class: { place }, place: made }: V.InstanceValue): boolean =>
  place !== undefined && place.file === made.file && place.span.start === made.span.start

interface Target {
  readonly function: V.FunctionValue
  /** as the message calls it */
  readonly name: string
  /** how many of its first parameters are filled already */
  readonly bound: number
}

/** The function of the source that a call runs, when nothing stands between the two. */
function targetOf(evaluation: Evaluation, callee: V.Value): Target | undefined {
  switch (callee.kind) {
    case "function":
      return { function: callee, name: `${callee.name}()`, bound: 0 }
    case "method":
      return ofMethod(callee)
    case "class":
      return ofClass(callee)
    case "instance":
      return ofInstance(evaluation, callee)
    default:
      return undefined
  }
}

/** `raise NotImplementedError`, `pass`: the method that is meant stands in classes that derive. */
const isPlaceholder = (body: readonly Statement[]): boolean =>
  body.every((part) => part.kind === "raise" || part.kind === "pass" || (part.kind === "expression" && CONSTANT.has(part.expression.kind)))

const CONSTANT: ReadonlySet<string> = new Set(["constant", "string"])

const shortName = ({ qualifiedName, name }: V.FunctionValue): string => `${qualifiedName.split(".").slice(-2, -1)[0] ?? ""}.${name}()`

const ofMethod = ({ function: target }: V.BoundMethodValue): Target | undefined =>
  target.kind === "function" ? { function: target, name: shortName(target), bound: 1 } : undefined

function ofClass(callee: V.ClassValue): Target | undefined {
  if (callee.construct || callee.metaclass || callee.unknownBase || isDoubtful(callee)) return undefined
  if (callee.mro.some(({ place, attributes }) => place !== undefined && attributes.has("__new__"))) return undefined
  const constructor = lookUp(callee, "__init__")
  return constructor?.kind === "function" ? { function: constructor, name: `${callee.name}()`, bound: 1 } : undefined
}

/** `model(x)` runs `forward` with what it was given, as long as no hook stands before it. */
function ofInstance(evaluation: Evaluation, callee: V.InstanceValue): Target | undefined {
  const entry = lookUp(callee.class, "__call__")
  if (entry?.kind === "function") return { function: entry, name: shortName(entry), bound: 1 }
  const isTorch = entry?.kind === "native" && entry.name === "torch.nn.Module.__call__"
  if (!isTorch || callee.class.unknownBase || callee.attributes.has("_forward_pre_hooks")) return undefined
  const forward = evaluation.findAttribute(callee, "forward")
  return forward?.kind === "method" ? ofMethod(forward) : undefined
}

/** What is wrong with reading an attribute that was not found. */
export function misusedAttribute(evaluation: Evaluation, object: V.Value, name: string): Problem | undefined {
  const main = evaluation.main
  if (object.kind !== "instance" || !main || name.startsWith("_") || TORCHS_OWN.test(name) || !isPlain(object.class, main.file))
    return undefined
  const { text } = main.file
  if (HIDDEN_WRITES.test(text) || isWritten(text, name) || handsItselfOut(text)) return undefined
  const meant = closest(name, namesOf(object))
  if (meant === undefined && isOnTrial(object)) return undefined
  const message = `${object.class.name} has no attribute \`${name}\`${meant === undefined ? "" : `; it has \`${meant}\``}`
  return { code: "missing-attribute", message, ...(meant !== undefined && { fix: { argument: name, value: meant } }) }
}

/** Classes of the analysed file alone, down to torch's own module, without anything that makes attributes up. */
const isPlain = ({ mro, unknownBase }: V.ClassValue, main: Place["file"]): boolean =>
  unknownBase === undefined &&
  mro.every(
    (cls) =>
      cls.qualifiedName === "torch.nn.Module" ||
      cls.qualifiedName === "object" ||
      (cls.place?.file === main && !cls.metaclass && !isDoubtful(cls) && !DYNAMIC.some((name) => cls.attributes.has(name))),
  )

const DYNAMIC = ["__getattr__", "__getattribute__", "__setattr__", "__slots__", "__dict__"]
/** What every torch module has and the catalogue does not list. */
const TORCHS_OWN = /^(?:T_destination|mtia|training|[gs]et_extra_state|register_\w+)$/
/** Ways to set an attribute without writing its name behind a dot. */
const HIDDEN_WRITES =
  /\b(?:setattr|__dict__|vars|exec|locals|globals|save_hyperparameters|add_module|register_module)\b|register_(?:buffer|parameter)\(\s*[^"'\s]/

/** Whether the file sets the attribute anywhere, or holds its name as a text, an argument or a variable. */
const isWritten = (text: string, name: string): boolean =>
  new RegExp(`["']${name}["']|\\b${name}\\s*(?:,|:|=(?!=)|\\[[^\\]]*\\]\\s*=(?!=))|\\b(?:def|class|as|for|del)\\s+${name}\\b`).test(text)

/** `configure(self)`: whoever gets the object may set anything. */
const handsItselfOut = (text: string): boolean =>
  /[(,]\s*self\s*[,)]/.test(text.replace(/def\s+\w+\s*\(\s*self\b/g, "").replace(/super\(\s*\w+\s*,\s*self\s*\)/g, ""))

function namesOf(object: V.InstanceValue): string[] {
  const held = ["_modules", "_parameters", "_buffers"].flatMap((registry) => {
    const value = object.attributes.get(registry)
    return value?.kind === "dictionary" ? [...value.entries.values()].flatMap(({ key }) => (key.kind === "string" ? [key.value] : [])) : []
  })
  const inherited = object.class.mro.flatMap((cls) => (cls.place ? [...cls.attributes.keys()] : []))
  return [...held, ...object.attributes.keys(), ...inherited].filter((name) => !name.startsWith("_"))
}

const SHORTEST_NAME = 4

/** The name that was meant: one slip away, or two in a long name. Numbers are no slips: a class that derives may well have a `conv3`. */
function closest(name: string, names: readonly string[]): string | undefined {
  if (name.length < SHORTEST_NAME) return undefined
  const allowed = name.length >= 2 * SHORTEST_NAME ? 2 : 1
  const close = names.filter((other) => digits(other) === digits(name) && slips(name, other) <= allowed)
  return new Set(close).size === 1 ? close[0] : undefined
}

const digits = (name: string): string => name.replace(/\D/g, "")

/** Letters to be added, left out, changed or swapped with their neighbour (Damerau and Levenshtein). */
function slips(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= one.length; row++) {
    const line = [row]
    rows.push(line)
    for (let column = 1; column <= other.length; column++) {
      const at = (up: number, left: number): number => rows[row - up]?.[column - left] ?? Number.POSITIVE_INFINITY
      const isSame = one[row - 1] === other[column - 1]
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      line.push(Math.min(at(1, 0) + 1, at(0, 1) + 1, at(1, 1) + (isSame ? 0 : 1), isSwap ? at(2, 2) + 1 : Number.POSITIVE_INFINITY))
    }
  }
  return rows.at(-1)?.at(-1) ?? 0
}
