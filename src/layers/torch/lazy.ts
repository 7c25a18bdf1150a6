/** Lazy layers: the first call tells their input size, and makes them the layer they stand for. */
import type { Arguments } from "../arguments.ts"
import * as modules from "../modules.ts"
import { parametersOf } from "../signature.ts"
import * as V from "../../values/value.ts"
import type { Layer } from "./layer.ts"

/**
 * Builds the layer that a lazy one becomes (its input size read from axis 1 of the input, or from the last), gives its weights to the
 * lazy instance, and applies it.
 */
export function materialise(call: Arguments, lazy: Layer, target: string, sizes: readonly [string], axis = 1): V.Value {
  const input = call.tensor("input")
  const { self } = lazy
  const inner = self.attributes.get(modules.MATERIALISED) ?? build(call, lazy, target, sizes[0], axis)
  if (inner.kind !== "instance") return inner
  // An attribute, so that it is taken back with the weights when the call is.
  call.interpreter.heap.touch(self.attributes)
  self.attributes.set(modules.MATERIALISED, inner)
  const forward = call.interpreter.findAttribute(inner, "forward")
  return forward ? call.interpreter.call(forward, { positional: [input], keywords: new Map() }, call.place) : V.NONE
}

function build(call: Arguments, lazy: Layer, target: string, size: string, axis: number): V.Value {
  const { shape, unknown } = call.tensor("input")
  const cls = call.interpreter.catalogue(target)
  if (cls?.kind !== "class" || !cls.layer) return V.unknown(`${target} is not in the catalogue`, call.place)
  // Of unbatched inputs convolutions take the first axis; lazy normalisations read the second of whatever they get.
  const spatial = size === "num_features" ? 0 : Number(/(\d)d$/.exec(target)?.[1] ?? 0)
  const found = shape?.[axis < 0 ? shape.length + axis : spatial > 0 && shape.length === spatial + 1 ? 0 : axis]
  if (found === undefined) return V.unknown(unknown?.reason ?? "the lazy layer's first input has an unknown shape", call.place)
  const keywords = new Map<string, V.Value>([[size, V.integer(found)]])
  for (const { name } of parametersOf(cls.layer.signature)) {
    const value =
      name === size ? undefined : lazy.self.state instanceof Map ? (lazy.self.state.get(name) as V.Value | undefined) : undefined
    if (value) keywords.set(name, value)
  }
  const inner = call.interpreter.call(cls, { positional: [], keywords }, call.place)
  if (inner.kind === "instance") adopt(call, lazy.self, inner)
  return inner
}

/** The weights belong to the instance the user holds. */
function adopt(call: Arguments, self: V.InstanceValue, inner: V.InstanceValue): void {
  for (const [name, value] of modules.parametersOf(inner)) modules.register(call.interpreter, self, "_parameters", name, value)
  for (const [name, value] of modules.buffersOf(inner)) modules.register(call.interpreter, self, "_buffers", name, value)
  for (const [name, value] of inner.attributes) {
    if (name.startsWith("_")) continue
    call.interpreter.heap.touch(self.attributes)
    self.attributes.set(name, value)
  }
}
