/** A network small enough to show every number: 12 × 12 pixels, two convolutions, two poolings, eight numbers, three scores. */

export type Grey = readonly (readonly number[])[]

export const PICTURES = [
  { value: "vertical", label: "an upright line" },
  { value: "horizontal", label: "a lying line" },
  { value: "cross", label: "a cross" },
  { value: "corner", label: "a corner" },
] as const

const SIDE = 12

/** Lines two pixels wide. */
const DRAWN: Readonly<Record<string, (row: number, column: number) => boolean>> = {
  vertical: (row, column) => (column === 4 || column === 5) && row > 0 && row < 11,
  horizontal: (row, column) => (row === 6 || row === 7) && column > 0 && column < 11,
  cross: (row, column) =>
    ((column === 5 || column === 6) && row > 0 && row < 11) || ((row === 5 || row === 6) && column > 0 && column < 11),
  corner: (row, column) =>
    ((column === 3 || column === 4) && row > 0 && row < 10) || ((row === 8 || row === 9) && column > 2 && column < 11),
}

export function pictureOf(name: string): Grey {
  const isInk = DRAWN[name] ?? (() => false)
  return Array.from({ length: SIDE }, (_, row) => Array.from({ length: SIDE }, (__, column) => (isInk(row, column) ? 1 : 0)))
}

/** Upright strokes, and lying ones. */
export const FIRST: readonly Grey[] = [
  [
    [-1, 1, 1],
    [-1, 1, 1],
    [-1, 1, 1],
  ],
  [
    [-1, -1, -1],
    [1, 1, 1],
    [1, 1, 1],
  ],
]

/** Leaves only clear strokes. */
export const FIRST_BIAS = -3

/** Of each filter one kernel for each map below: upright without lying, lying without upright. */
export const SECOND: readonly (readonly Grey[])[] = [
  [
    [
      [1, 0],
      [1, 0],
    ],
    [
      [-1, -1],
      [-1, -1],
    ],
  ],
  [
    [
      [-1, -1],
      [-1, -1],
    ],
    [
      [1, 1],
      [0, 0],
    ],
  ],
]

export const CLASSES = ["upright", "lying", "both"] as const

/** A weight for each map and each score, the same at all four places; "both" must exceed its threshold. */
export const HEAD: readonly { readonly weights: readonly [number, number]; readonly bias: number }[] = [
  { weights: [0.5, -0.5], bias: 0 },
  { weights: [-0.5, 0.5], bias: 0 },
  { weights: [0.5, 0.5], bias: -5 },
]

/** All kernels at all places, summed over the maps, negative sums cut off. */
export function filtered(maps: readonly Grey[], kernels: readonly Grey[], bias: number): Grey {
  const size = kernels[0]?.length ?? 1
  const count = (maps[0]?.length ?? 0) - size + 1
  const at = (row: number, column: number): number => {
    let sum = bias
    for (const [index, kernel] of kernels.entries())
      for (const [down, line] of kernel.entries())
        for (const [across, weight] of line.entries()) sum += weight * (maps[index]?.[row + down]?.[column + across] ?? 0)
    return Math.max(0, sum)
  }
  return Array.from({ length: count }, (_, row) => Array.from({ length: count }, (__, column) => at(row, column)))
}

/** The largest of each 2 × 2. */
export function pooled(map: Grey): Grey {
  const half = Math.floor(map.length / 2)
  const at = (row: number, column: number): number =>
    Math.max(...[0, 1].flatMap((down) => [0, 1].map((across) => map[2 * row + down]?.[2 * column + across] ?? 0)))
  return Array.from({ length: half }, (_, row) => Array.from({ length: half }, (__, column) => at(row, column)))
}

export interface Passed {
  readonly picture: Grey
  readonly first: readonly Grey[]
  readonly firstPooled: readonly Grey[]
  readonly second: readonly Grey[]
  readonly secondPooled: readonly Grey[]
  readonly scores: readonly number[]
  readonly shares: readonly number[]
}

export function passed(name: string): Passed {
  const picture = pictureOf(name)
  const first = FIRST.map((kernel) => filtered([picture], [kernel], FIRST_BIAS))
  const firstPooled = first.map(pooled)
  const second = SECOND.map((kernels) => filtered(firstPooled, kernels, 0))
  const secondPooled = second.map(pooled)
  const totals = secondPooled.map((map) => map.flat().reduce((sum, value) => sum + value, 0))
  const scores = HEAD.map(({ weights, bias }) => totals.reduce((sum, total, map) => sum + (weights[map] ?? 0) * total, bias))
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)))
  const whole = powers.reduce((sum, power) => sum + power, 0)
  return { picture, first, firstPooled, second, secondPooled, scores, shares: powers.map((power) => power / whole) }
}
