/** Oriented edges and bars by formula, as filters and as what they look at, and how much a kernel is like the nearest of them. */

export type Square = readonly (readonly number[])[]

export const PATTERNS = [
  { value: "edge", label: "an edge: dark beside light" },
  { value: "bar", label: "a bar: light between dark" },
] as const

const DEGREE = Math.PI / 180

const square = (side: number, of: (right: number, down: number) => number): Square => {
  const middle = (side - 1) / 2
  return Array.from({ length: side }, (_, row) => Array.from({ length: side }, (__, column) => of(column - middle, row - middle)))
}

/** From a line through the middle that runs at so many degrees, 90 being upright. */
const distance = (degrees: number, right: number, down: number): number =>
  right * Math.sin(degrees * DEGREE) + down * Math.cos(degrees * DEGREE)

/** One decimal, so that the sums drawn can be checked by the eye. */
const rounded = (value: number): number => Math.round(10 * value) / 10 || 0

const withoutMean = (values: Square): Square => {
  const all = values.flat()
  const mean = all.reduce((sum, value) => sum + value, 0) / all.length
  return values.map((line) => line.map((value) => value - mean))
}

function shape(pattern: string, side: number, degrees: number, width: number, shift = 0): Square {
  return square(side, (right, down) => {
    const far = (distance(degrees, right, down) - shift) / width
    const bell = Math.exp((-far * far) / 2)
    return pattern === "edge" ? far * bell * 1.6 : bell
  })
}

const mapped = (values: Square, of: (value: number) => number): Square => values.map((line) => line.map(of))

/** What a first layer comes to: sums to about nothing, so that even areas leave it cold. */
export const filterOf = (pattern: string, side: number, degrees: number): Square =>
  mapped(withoutMean(shape(pattern, side, degrees, side / 5)), rounded)

/** A piece of a picture, between 0 and 1. */
export const patchOf = (pattern: string, side: number, degrees: number): Square =>
  mapped(
    pattern === "edge"
      ? square(side, (right, down) => 1 / (1 + Math.exp(-2.5 * distance(degrees, right, down))))
      : shape("bar", side, degrees, side / 6),
    rounded,
  )

/** The sum of all products. */
export const response = (filter: Square, patch: Square): number =>
  filter.reduce((sum, line, row) => sum + line.reduce((part, weight, column) => part + weight * (patch[row]?.[column] ?? 0), 0), 0)

/** A light middle in a dark surround: what colour filters are like, one colour against another. */
export const blobOf = (side: number): Square =>
  withoutMean(square(side, (right, down) => Math.exp(-(right * right + down * down) / (2 * (side / 5) ** 2))))

interface Oriented {
  readonly degrees: number
  readonly values: readonly number[]
}

/** Edges and bars in twelve directions, of two widths, at five places. */
function oriented(side: number): readonly Oriented[] {
  const turns = Array.from({ length: 12 }, (_, index) => 15 * index)
  return turns.flatMap((degrees) =>
    ["edge", "bar"].flatMap((pattern) =>
      [0.8, 1.2].flatMap((width) =>
        [-1, -0.5, 0, 0.5, 1].map((shift) => ({
          degrees,
          values: withoutMean(shape(pattern, side, degrees, width, shift)).flat(),
        })),
      ),
    ),
  )
}

export interface Likeness {
  /** The absolute value of the correlation, 1 for an edge or bar itself. */
  readonly correlation: number
  readonly degrees: number
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = one.reduce((sum, value) => sum + value, 0) / one.length
  let [product, first, second] = [0, 0, 0]
  for (const [index, value] of one.entries()) {
    const against = other[index] ?? 0
    product += (value - mean) * against
    first += (value - mean) ** 2
    second += against ** 2
  }
  return first === 0 || second === 0 ? 0 : product / Math.sqrt(first * second)
}

/** Of each kernel, to the edge or bar it is most like. */
export function likenesses(kernels: readonly (readonly number[])[], side: number): readonly Likeness[] {
  const all = oriented(side)
  return kernels.map((kernel) =>
    all.reduce<Likeness>(
      (best, { degrees, values }) => {
        const like = Math.abs(correlation(kernel, values))
        return like > best.correlation ? { correlation: like, degrees } : best
      },
      { correlation: 0, degrees: 0 },
    ),
  )
}

export const meanLikeness = (found: readonly Likeness[]): number =>
  found.reduce((sum, each) => sum + each.correlation, 0) / Math.max(1, found.length)
