/** How much of the input one element of a layer's result sees: sizes of windows, put one after the other. */
import { add, atMost, type Dim, equals, isConcrete, multiply, subtract } from "../values/dim.ts"
import type { Sliding } from "../values/interpreter.ts"
import type { Shape } from "../values/shape.ts"
import type { Edge, Operation, ReceptiveField, TensorFact } from "./model.ts"

const POINT = (count: number): ReceptiveField => ({ sizes: new Array<Dim>(count).fill(1), strides: new Array<Dim>(count).fill(1) })

/**
 * The receptive field of each operation's first result; undefined where it is not followed: through layers that are neither windows nor
 * element by element, and where branches meet whose steps differ.
 *
 *   sizes    elements of the input along each spatial axis
 *   strides  steps in the input between neighbours
 * Source: Araujo et al. 2019, Computing Receptive Fields of Convolutional Neural Networks, https://distill.pub/2019/computing-receptive-fields
 */
export function receptiveFields(
  inputs: readonly TensorFact[],
  operations: readonly Operation[],
  edges: readonly Edge[],
): readonly (ReceptiveField | undefined)[] {
  const sources = operations.map(() => [] as number[])
  for (const { from, to } of edges) sources[to]?.push(from)
  const fields: (ReceptiveField | undefined)[] = []
  const fieldOf = (index: number): ReceptiveField | undefined => (index < 0 ? startOf(inputs[-1 - index]) : fields[index])
  const shapeOf = (index: number): Shape | undefined => (index < 0 ? inputs[-1 - index]?.shape : operations[index]?.outputs[0]?.shape)
  for (const [index, { outputs, sliding }] of operations.entries()) {
    const from = sources[index] ?? []
    const before = from.length > 0 ? together(from.map(fieldOf)) : undefined
    const shape = outputs[0]?.shape
    if (sliding) fields.push(before && slid(before, sliding))
    else fields.push(before && shape && from.every((source) => isAlongside(shape, shapeOf(source), before)) ? before : undefined)
  }
  return fields
}

/** Images and sequences with channels: what stands before the spatial axes is batch and channels. */
function startOf(input: TensorFact | undefined): ReceptiveField | undefined {
  const count = (input?.shape?.length ?? 0) - 2
  return count >= 1 && count <= 3 ? POINT(count) : undefined
}

/** Branches that meet see together what the widest of them sees along each axis, as long as they walk in step. */
function together(fields: readonly (ReceptiveField | undefined)[]): ReceptiveField | undefined {
  return fields.reduce((left, right) => {
    if (!left || !right) return undefined
    const isInStep = left.strides.every((stride, axis) => equals(stride, right.strides[axis] ?? 0) === true)
    const sizes = left.sizes.map((size, axis) => wider(size, right.sizes[axis] ?? 1))
    return isInStep && sizes.every((size) => size !== undefined) ? { sizes: sizes as Dim[], strides: left.strides } : undefined
  })
}

function wider(left: Dim, right: Dim): Dim | undefined {
  const isLeft = atMost(right, left)
  return isLeft === undefined ? undefined : isLeft ? left : right
}

/** size + (span − 1)·stride; a transposed window is not followed, for its neighbours see different parts. */
function slid({ sizes, strides }: ReceptiveField, sliding: Sliding): ReceptiveField | undefined {
  if (sliding.isTransposed || sliding.spans.length !== sizes.length) return undefined
  return {
    sizes: sizes.map((size, axis) => add(size, multiply(subtract(sliding.spans[axis] ?? 1, 1), strides[axis] ?? 1))),
    strides: strides.map((stride, axis) => multiply(stride, sliding.strides[axis] ?? 1)),
  }
}

/** Element by element, or over channels alone: the spatial axes are as before, in whichever layout. */
function isAlongside(shape: Shape, before: Shape | undefined, { sizes }: ReceptiveField): boolean {
  if (!before || shape.length !== before.length || shape.length !== sizes.length + 2) return false
  const same = (start: number) => sizes.every((_, axis) => equals(shape[start + axis] ?? -1, before[start + axis] ?? -2) === true)
  return same(2) || (same(1) && isConcrete(before.at(-1) ?? 0))
}
