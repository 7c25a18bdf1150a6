/** einops for torch: rearrange, repeat, reduce, pack, unpack and einsum, as functions and as layers. */
import type { Arguments } from "../arguments.ts"
import { einsum } from "../../operators/multiply.ts"
import { groupsOf, parsePattern, rearrange } from "../../operators/rearrange.ts"
import { type Dim, product } from "../../values/dim.ts"
import { concatenated, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import { type Entry, functions } from "./define.ts"
import { summed } from "./dtypes.ts"
import { type Layer, layer } from "./layer.ts"
import { demand, shapeOf, sizeTuple } from "./tensors.ts"

/** Lengths of named axes, given as keywords. */
function lengthsOf(options: Arguments): Map<string, Dim> {
  const given = options.value("axes_lengths")
  if (given?.kind === "unknown") return options.unclear(given.reason)
  if (given?.kind !== "dictionary") return new Map()
  return new Map(
    [...given.entries.values()].flatMap(({ key, value }): [string, Dim][] =>
      key.kind === "string" ? [[key.value, options.interpreter.dim(value)]] : [],
    ),
  )
}

/** The pattern tells the rank of an input nobody stated, and the names of its axes. */
function inputShape(call: Arguments, input: V.TensorValue, pattern: string): Shape {
  const parsed = parsePattern(pattern)
  if (input.shape || typeof parsed === "string" || pattern.includes("...") || input.unknown) return shapeOf(call, input)
  return demand(
    call,
    input,
    parsed.left.map(({ names }) => (names.length === 0 ? 1 : names.join("·"))),
  )
}

/** Sums and products of whole numbers are long, as `torch.sum` makes them. */
const typeAfter = (options: Arguments, dtype: V.DataType | undefined): V.DataType | undefined =>
  SUMMING.has(options.text("reduction") ?? "") ? summed(dtype) : dtype

const SUMMING = new Set(["sum", "prod"])

function arranged(call: Arguments, options: Arguments, input: V.TensorValue): V.Value {
  const pattern = options.text("pattern") ?? call.unclear("the pattern is not known")
  const outcome = rearrange(inputShape(call, input, pattern), pattern, lengthsOf(options))
  if (typeof outcome !== "string") return call.emit([input], outcome, typeAfter(options, input.dtype))
  call.problem("argument-error", `${call.name}: ${outcome}`)
  return call.unclear(outcome)
}

/** A list of tensors counts as one with an axis more. */
function subject(call: Arguments): V.TensorValue {
  const value = call.required("tensor")
  if (value.kind !== "list" && value.kind !== "tuple") return call.tensorOf(value)
  const items = call.tensors("tensor")
  const [first] = items
  if (!first) return call.unclear("there is nothing to rearrange")
  return call.named("stack").emit(items, { shape: [items.length, ...shapeOf(call, first)] }, first.dtype)
}

/** Where the star of a pack pattern stands: how many axes come before and after it. */
function starOf(call: Arguments): { readonly before: number; readonly after: number } {
  const groups = groupsOf(call.text("pattern") ?? "") ?? []
  const at = groups.findIndex(({ names }) => names[0] === "*")
  if (at < 0) return call.unclear("the pattern has no star")
  return { before: at, after: groups.length - at - 1 }
}

/** Flattens what the star stands for, then joins. */
function packed(call: Arguments): V.Value {
  const items = call.tensors("tensors")
  const { before, after } = starOf(call)
  const shapes = items.map((item) => shapeOf(call, item))
  const inner = shapes.map((shape) => shape.slice(before, shape.length - after))
  const flat = shapes.map((shape, index) => [...shape.slice(0, before), product(inner[index] ?? []), ...shape.slice(shape.length - after)])
  const { shape, problems } = concatenated(flat, before)
  return V.tuple([call.emit(items, { shape, problems }, items[0]?.dtype), V.list(inner.map(sizeTuple))])
}

/** The pieces that were packed, with their own shapes. */
function unpacked(call: Arguments): V.Value {
  const input = call.tensor("tensor")
  const { before, after } = starOf(call)
  const shape = shapeOf(call, input)
  const listed = call.sequence(call.required("packed_shapes")) ?? call.unclear("the packed shapes are not known")
  const pieces = listed.map((item) => call.sizesOf(item))
  const tail = shape.slice(shape.length - after)
  const rest = call.fresh("rest", "what remains of a packed axis is not worked out")
  return V.list(
    call.emitAll(
      [input],
      pieces.map((sizes) => [...shape.slice(0, before), ...sizes.map((size) => (size === -1 ? rest : size)), ...tail]),
      input.dtype,
    ),
  )
}

/** `einsum(a, b, "batch i d, batch j d -> batch i j")`: whole words as names. */
function namedEinsum(call: Arguments): V.Value {
  const given = call.items("args")
  const pattern = given.at(-1)
  if (pattern?.kind !== "string") return call.unclear("the pattern is not known")
  const letters = new Map<string, string>()
  const equation = pattern.value.replace(/[A-Za-z_]\w*/g, (word) => {
    if (!letters.has(word)) letters.set(word, String.fromCharCode(letters.size < 26 ? 97 + letters.size : 39 + letters.size))
    return letters.get(word) as string
  })
  const operands = given.slice(0, -1).map((item) => call.tensorOf(item))
  const outcome = einsum(
    equation,
    operands.map((operand) => shapeOf(call, operand)),
  )
  if (typeof outcome === "string") return call.unclear(outcome)
  return call.emit(operands, outcome, operands[0]?.dtype)
}

const arrangement = (call: Arguments, self: Layer): V.Value => arranged(call, self, call.tensor("input"))

export const einopsEntries: readonly Entry[] = [
  ...functions("einops.rearrange einops.einops.rearrange", "tensor, pattern, **axes_lengths", (call) =>
    arranged(call, call, subject(call)),
  ),
  ...functions("einops.repeat einops.einops.repeat", "tensor, pattern, **axes_lengths", (call) => arranged(call, call, subject(call))),
  ...functions("einops.reduce einops.einops.reduce", "tensor, pattern, reduction, **axes_lengths", (call) =>
    arranged(call, call, subject(call)),
  ),
  ...functions("einops.pack", "tensors, pattern", packed),
  ...functions("einops.unpack", "tensor, packed_shapes, pattern", unpacked),
  ...functions("einops.einsum", "*args", namedEinsum),
  ...functions("einops.parse_shape", "x, pattern", (call) => {
    const groups = groupsOf(call.text("pattern") ?? "") ?? []
    const shape = shapeOf(call, call.tensor("x"))
    return V.dictionaryOf(
      groups.flatMap(({ names: [name] }, axis): [string, V.Value][] =>
        name !== undefined && name !== "_" ? [[name, V.integer(shape[axis] ?? 1)]] : [],
      ),
    )
  }),
  layer({
    name: "einops.layers.torch.Rearrange",
    signature: "pattern, **axes_lengths",
    sentence: "Takes axes apart and puts them together by a pattern.",
    forward: arrangement,
  }),
  layer({
    name: "einops.layers.torch.Reduce",
    signature: "pattern, reduction, **axes_lengths",
    sentence: "Reduces the axes that a pattern leaves out.",
    forward: arrangement,
  }),
]
