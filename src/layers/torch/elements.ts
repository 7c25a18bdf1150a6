/** Elements of small constant tensors: `torch.linspace(0, 0.1, 12)` decides drop-path rates, so its numbers are kept and computed with. */
import type { Shape } from "../../values/shape.ts"
import type { TensorValue } from "../../values/value.ts"

export type Elements = readonly (number | boolean)[]

/** Larger constants lose their elements: nothing that decides a shape is as large. */
const LIMIT = 4096

/** A shape of plain numbers whose elements are worth keeping; undefined otherwise. */
export function smallShape(shape: Shape | undefined): readonly number[] | undefined {
  if (!shape?.every((size): size is number => typeof size === "number")) return undefined
  return countOf(shape as readonly number[]) <= LIMIT ? (shape as readonly number[]) : undefined
}

export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** `{ data }` for a tensor that is to be made, or nothing. */
export const withData = (data: Elements | undefined): { data?: Elements } => (data && data.length <= LIMIT ? { data } : {})

export function generate(shape: Shape | undefined, element: (index: number) => number | boolean): { data?: Elements } {
  const small = smallShape(shape)
  return small ? { data: Array.from({ length: countOf(small) }, (_, index) => element(index)) } : {}
}

export function mapElements({ data }: TensorValue, change: (element: number) => number | boolean): { data?: Elements } {
  return data ? { data: data.map((element) => change(Number(element))) } : {}
}

/** Element by element with broadcasting; `shape` is the result's. */
export function combine(
  left: TensorValue,
  right: TensorValue,
  shape: Shape | undefined,
  compute: (left: number, right: number) => number | boolean,
): { data?: Elements } {
  const target = smallShape(shape)
  const [first, second] = [smallShape(left.shape), smallShape(right.shape)]
  if (!target || !left.data || !right.data || !first || !second) return {}
  const { data: one } = left
  const { data: other } = right
  return generate(target, (index) =>
    compute(Number(one[sourceIndex(index, target, first)]), Number(other[sourceIndex(index, target, second)])),
  )
}

/** Where an element of a broadcast result comes from. */
function sourceIndex(index: number, target: readonly number[], source: readonly number[]): number {
  let rest = index
  let found = 0
  let stride = 1
  for (let axis = target.length - 1; axis >= 0; axis--) {
    const size = target[axis] as number
    const own = source[axis - target.length + source.length]
    if (own !== undefined) {
      if (own !== 1) found += (rest % size) * stride
      stride *= own
    }
    rest = Math.floor(rest / size)
  }
  return found
}

/** Rows along one axis: for each, the flat positions of its elements. */
export function rowsAlong(shape: readonly number[], axis: number): number[][] {
  const length = shape[axis] ?? 1
  const inner = countOf(shape.slice(axis + 1))
  const outer = countOf(shape.slice(0, axis))
  const rows: number[][] = []
  for (let before = 0; before < outer; before++)
    for (let after = 0; after < inner; after++)
      rows.push(Array.from({ length }, (_, position) => (before * length + position) * inner + after))
  return rows
}

/** The elements in the order of permuted axes. */
export function permuteElements({ data, shape }: TensorValue, order: readonly number[]): { data?: Elements } {
  const small = smallShape(shape)
  if (!data || !small) return {}
  const strides = small.map((_, axis) => countOf(small.slice(axis + 1)))
  const target = order.map((axis) => small[axis] as number)
  return generate(target, (index) => {
    let rest = index
    let found = 0
    for (let axis = target.length - 1; axis >= 0; axis--) {
      found += (rest % (target[axis] as number)) * (strides[order[axis] as number] as number)
      rest = Math.floor(rest / (target[axis] as number))
    }
    return data[found] as number | boolean
  })
}

/** Elements chosen along the first axis. */
export function takeFirst({ data, shape }: TensorValue, positions: readonly number[]): { data?: Elements } {
  const small = smallShape(shape)
  if (!data || !small || small.length === 0) return {}
  const inner = countOf(small.slice(1))
  return { data: positions.flatMap((position) => data.slice(position * inner, (position + 1) * inner)) }
}

/** Joins along an axis what have equal sizes elsewhere. */
export function joinElements(tensors: readonly TensorValue[], axis: number): { data?: Elements } {
  const shapes = tensors.map(({ shape }) => smallShape(shape))
  if (shapes.includes(undefined) || tensors.some(({ data }) => !data)) return {}
  const [first = []] = shapes as readonly (readonly number[])[]
  const outer = countOf(first.slice(0, axis))
  const data: (number | boolean)[] = []
  for (let before = 0; before < outer; before++)
    tensors.forEach((tensor, index) => {
      const width = countOf((shapes[index] as readonly number[]).slice(axis))
      data.push(...(tensor.data ?? []).slice(before * width, (before + 1) * width))
    })
  return withData(data)
}
