/** How the Keras catalogue is written: entries that make their value when first asked for, shared with TensorFlow.js. */
import { Arguments, Unclear } from "../arguments.ts"
import { bindArguments } from "../signature.ts"
import type { Shape } from "../../values/shape.ts"
import { isOpen } from "./open.ts"
import * as V from "../../values/value.ts"

/** Qualified name, and what makes its value. */
export type Entry = readonly [name: string, make: () => V.Value]

export const shortName = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

export interface ClassDefinition {
  readonly name: string
  readonly bases?: readonly V.ClassValue[]
  readonly attributes?: Iterable<readonly [string, V.Value]>
  readonly layer?: V.LayerDescription
  /** makes what a call gives, where that is no instance */
  readonly construct?: V.NativeCall
}

export function nativeClass({ name, bases = [], attributes = [], layer, construct }: ClassDefinition): V.ClassValue {
  const mro: V.ClassValue[] = []
  const made: V.ClassValue = {
    kind: "class",
    name: shortName(name),
    qualifiedName: name,
    bases,
    mro,
    attributes: new Map(attributes),
    ...(layer && { layer }),
    ...(construct && { construct }),
  }
  mro.push(made, ...(bases[0]?.mro ?? []))
  return made
}

/** Splits a method's call into the object and the other arguments. */
export function split({ positional: [self, ...positional], keywords, rest }: V.CallArguments): { self: V.Value; call: V.CallArguments } {
  return { self: self ?? V.NONE, call: { positional, keywords, ...(rest && { rest }) } }
}

/** A native function of that signature; what it cannot tell becomes an Unknown that says why. */
export function nativeCall(name: string, framework: V.Framework, signature: string, run: (call: Arguments) => V.Value): V.NativeCall {
  const short = shortName(name)
  return (interpreter, call, place) => {
    const { values, given, problem } = bindArguments(signature, framework === "tfjs" ? fromOptions(call, signature) : call)
    if (problem !== undefined) return V.unknown(`${short} ${problem}`, place)
    const bound = new Arguments(interpreter, place, short, framework, (argument) => values.get(argument), given)
    return guarded(() => run(bound))
  }
}

export function guarded(body: () => V.Value): V.Value {
  try {
    return body()
  } catch (thrown) {
    if (!(thrown instanceof Unclear)) throw thrown
    return thrown.value
  }
}

/** JavaScript leaves arguments out at the end only, and may pass `undefined` for one in between. */
function fromOptions(call: V.CallArguments, signature: string): V.CallArguments {
  const count = signature.split(",").length
  return { ...call, positional: call.positional.slice(0, signature.includes("*") ? undefined : count) }
}

/** A method of a class: `self` is the first positional argument and no part of the signature. */
export function method(
  name: string,
  signature: string,
  run: (call: Arguments, self: V.InstanceValue) => V.Value,
  framework: V.Framework = "keras",
): V.NativeValue {
  return V.native(
    name,
    (interpreter, all, place) => {
      const { self, call } = split(all)
      if (self.kind !== "instance") return self.kind === "unknown" ? self : V.unknown(`${shortName(name)} is called on no layer`, place)
      return nativeCall(name, framework, signature, (bound) => run(bound, self))(interpreter, call, place)
    },
    true,
  )
}

/** A property whose value is computed from the layer. */
export function property(
  name: string,
  read: (layer: V.InstanceValue, call: Arguments) => V.Value,
  write?: (layer: V.InstanceValue, value: V.Value, call: Arguments) => void,
): V.PropertyValue {
  return {
    kind: "property",
    form: "property",
    get: method(`${name}.get`, "", (call, self) => read(self, call)),
    ...(write && {
      set: method(`${name}.set`, "value", (call, self) => {
        write(self, call.read("value") ?? V.NONE, call)
        return V.NONE
      }),
    }),
  }
}

/** A shape as the program reads it: sizes that were left open are None. */
export function visibleShape(shape: Shape | undefined, framework: V.Framework): V.Value {
  if (shape === undefined) return V.unknown("the shape is not known")
  const items = shape.map((dim) => (isOpen(dim) ? V.NONE : V.integer(dim)))
  return framework === "tfjs" ? V.list(items) : V.tuple(items, SHAPE_TYPE)
}

/** A tuple with TensorFlow's methods; Keras 3 has plain tuples, which code that calls none of them cannot tell apart. */
export const SHAPE_TYPE = "tensorflow.TensorShape"

/** The shapes a value speaks of: one tuple of sizes, or several in a list or dictionary. `None` is a size nobody states. */
export function shapesOf(call: Arguments, value: V.Value | undefined): (Shape | undefined)[] {
  if (value === undefined || value.kind === "unknown") return [undefined]
  if (value.kind === "dictionary") return [...value.entries.values()].flatMap((entry) => shapesOf(call, entry.value))
  if (value.kind !== "tuple" && value.kind !== "list") return [undefined]
  if (value.items.some((item) => item.kind === "tuple" || item.kind === "list")) return value.items.flatMap((item) => shapesOf(call, item))
  return [value.items.map((item) => (V.isNone(item) ? call.fresh("?", "a size that the program leaves open") : call.interpreter.dim(item)))]
}

export const shapeValue = (shape: Shape | undefined, framework: V.Framework = "keras"): V.Value => {
  if (shape === undefined) return V.unknown("the shape is not known")
  const items = shape.map((dim) => V.integer(dim))
  return framework === "tfjs" ? V.list(items) : V.tuple(items)
}
