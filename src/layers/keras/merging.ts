/** Layers that merge several tensors into one. */
import type { Arguments } from "../arguments.ts"
import { dimText, equals, product } from "../../values/dim.ts"
import type { Problem } from "../../values/problem.ts"
import { broadcast, concatenated, normaliseAxis, type Shape } from "../../values/shape.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { layer } from "./layer.ts"
import { shapeOf } from "./tensors.ts"

/** The tensors of the one list the layer is called with. */
function merged(call: Arguments): { tensors: V.TensorValue[]; shapes: Shape[] } {
  const value = call.required("inputs")
  if (value.kind === "tensor") {
    call.problem("argument-error", "merges a list of tensors, got one tensor")
    return call.unclear("a merging layer is called with a list of tensors")
  }
  const tensors = call.tensors("inputs")
  if (call.framework === "tfjs" && tensors.length === 1) call.problem("argument-error", "merges two tensors or more, got one")
  return { tensors, shapes: tensors.map((tensor) => shapeOf(call, tensor)) }
}

/** Keras puts missing axes behind the batch: (N, 5) meets (N, 3, 5) as (N, 1, 5). */
function aligned(shapes: readonly Shape[]): Shape[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return shapes.map((shape) =>
    shape.length === 0 ? shape : [shape[0] ?? 1, ...new Array<number>(rank - shape.length).fill(1), ...shape.slice(1)],
  )
}

function combined(shapes: readonly Shape[]): { shape: Shape; problems: readonly Problem[] } {
  const [first = [], ...rest] = aligned(shapes)
  const problems: Problem[] = []
  let shape = first
  for (const other of rest) {
    const next = broadcast(shape, other)
    problems.push(...next.problems)
    shape = next.shape
  }
  return { shape, problems: problems.slice(0, 1) }
}

function elementwise(name: string, tfjs: string | undefined, sentence: string): Entry[] {
  return layer({
    name,
    ...(tfjs !== undefined && { tfjs }),
    signature: "",
    sentence,
    forward: (call) => {
      const { tensors, shapes } = merged(call)
      if (name === "Subtract" && tensors.length !== 2)
        call.problem("argument-error", `subtracts one tensor from another, got ${tensors.length}`)
      return call.emit(tensors, combined(shapes), tensors[0]?.dtype)
    },
  })
}

const CONCATENATE = layer({
  name: "Concatenate",
  tfjs: "concatenate",
  signature: "axis=-1",
  sentence: "Joins tensors along an axis.",
  forward: (call, self) => {
    const { tensors, shapes } = merged(call)
    const axis = normaliseAxis(self.integer("axis"), shapes[0]?.length ?? 0)
    if (axis === undefined) return call.unclear("the axis lies outside the tensors")
    return call.emit(tensors, concatenated(shapes, axis), tensors[0]?.dtype)
  },
})

/** A dot product over one axis of each of two tensors; the batch is shared. */
const DOT = layer({
  name: "Dot",
  tfjs: "dot",
  signature: "axes, normalize=False",
  sentence: "Multiplies two tensors and sums over an axis of each.",
  forward: (call, self) => {
    const { tensors, shapes } = merged(call)
    const [left = [], right = []] = shapes
    const axes = self.integers("axes") ?? []
    const [first = 1, second = first] = axes
    const [a, b] = [first < 0 ? left.length + first : first, second < 0 ? right.length + second : second]
    const isWrong = equals(left[a] ?? 0, right[b] ?? 0) === false
    const problems = isWrong
      ? [{ code: "shape-mismatch" as const, message: `sums over axes of ${dimText(left[a] ?? 0)} and ${dimText(right[b] ?? 0)} elements` }]
      : []
    const rest = [...left.filter((_, index) => index !== a), ...right.filter((_, index) => index !== b && index !== 0)]
    const shape = rest.length === 1 ? [...rest, 1] : rest
    // TensorFlow.js multiplies and sums where both are vectors, without a matrix product.
    const isElementwise = call.framework === "tfjs" && left.length === 2 && right.length === 2
    return call.emit(tensors, { shape, macs: isElementwise ? 0 : product([...rest, left[a] ?? 1]), problems }, tensors[0]?.dtype)
  },
})

/** `layers.add([a, b])` makes the layer and calls it. */
function shortcut(name: string, cls: string): Entry {
  return [
    `keras.layers.${name}`,
    () =>
      V.native(`keras.layers.${name}`, (interpreter, { positional: [inputs, ...positional], keywords }, place) => {
        const made = interpreter.catalogue(`keras.layers.${cls}`)
        const given = inputs ?? keywords.get("inputs")
        const others = new Map([...keywords].filter(([key]) => key !== "inputs"))
        if (!made || !given) return V.unknown(`layers.${name} needs a list of tensors`, place)
        return interpreter.call(
          interpreter.call(made, { positional, keywords: others }, place),
          { positional: [given], keywords: new Map() },
          place,
        )
      }),
  ]
}

const CLASSES = ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"]

export const mergingEntries: readonly Entry[] = [
  ...elementwise("Add", "add", "Adds tensors element by element."),
  ...elementwise("Subtract", undefined, "Subtracts the second tensor from the first."),
  ...elementwise("Multiply", "multiply", "Multiplies tensors element by element."),
  ...elementwise("Average", "average", "Averages tensors element by element."),
  ...elementwise("Maximum", "maximum", "Takes the largest of tensors element by element."),
  ...elementwise("Minimum", "minimum", "Takes the smallest of tensors element by element."),
  ...CONCATENATE,
  ...DOT,
  ...CLASSES.map((name) => shortcut(name.toLowerCase(), name)),
]
