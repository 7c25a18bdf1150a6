/** Check of RoIAlign against RoIPool: both executed as matrix products, on the example and on a map whose true values are known. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { computed } from "./mask-rcnn.ts"
import { aligned, cellsOf, EXAMPLE, type FeatureMap, MAP, neighbours, type Region } from "./region-sampling.ts"

/** Of the map that is known: how much it rises for each cell to the right and down. */
const RISE = { x: 2, y: 3 }
const KNOWN: FeatureMap = Array.from({ length: MAP.rows }, (_, y) =>
  Array.from({ length: MAP.columns }, (__, x) => RISE.x * (x + 0.5) + RISE.y * (y + 0.5)),
)

const held = (backend: Backend, map: FeatureMap): Held => backend.tensor(Float32Array.from(map.flat()), [MAP.rows, MAP.columns])

/** One row for each bin along an axis: how much each cell counts. */
function weights(
  backend: Backend,
  bins: number,
  size: number,
  of: (bin: number) => readonly (readonly [cell: number, weight: number])[],
): Held {
  const values = new Float32Array(bins * size)
  for (let bin = 0; bin < bins; bin++)
    for (const [cell, weight] of of(bin)) values[bin * size + cell] = (values[bin * size + cell] ?? 0) + weight
  return backend.tensor(values, [bins, size])
}

/** RoIAlign is linear in the map: rows · map · columns. */
function alignHeld(backend: Backend, map: Held, { x, y, width, height }: Region, bins: number, ratio: number): Held {
  const { tensors } = backend
  const places = (start: number, size: number, bin: number): readonly number[] =>
    Array.from({ length: ratio }, (_, at) => start + ((bin + (at + 0.5) / ratio) * size) / bins)
  const rows = weights(backend, bins, MAP.rows, (bin) =>
    places(y, height, bin).flatMap((place) => neighbours(place, 0.5).map(({ row, weight }) => [row, weight / ratio] as const)),
  )
  const columns = weights(backend, bins, MAP.columns, (bin) =>
    places(x, width, bin).flatMap((place) => neighbours(0.5, place).map(({ column, weight }) => [column, weight / ratio] as const)),
  )
  return tensors.matMul(tensors.matMul(rows, map), columns, false, true)
}

/** RoIPool's bins with the mean instead of the largest, so that only rounding is compared. */
function roundHeld(backend: Backend, map: Held, region: Region, bins: number): Held {
  const { tensors } = backend
  const even = (start: number, count: number) => Array.from({ length: count }, (_, at) => [start + at, 1 / count] as const)
  const rows = weights(backend, bins, MAP.rows, (bin) => {
    const { y, height } = cellsOf(region, bins, bin * bins)
    return even(y, height)
  })
  const columns = weights(backend, bins, MAP.columns, (bin) => {
    const { x, width } = cellsOf(region, bins, bin)
    return even(x, width)
  })
  return tensors.matMul(tensors.matMul(rows, map), columns, false, true)
}

/** What a bin of the known map is in truth: its value at the bin's centre. */
const truth = ({ x, y, width, height }: Region, bins: number): Float32Array =>
  Float32Array.from(
    { length: bins * bins },
    (_, bin) => RISE.x * (x + ((bin % bins) + 0.5) * (width / bins)) + RISE.y * (y + (Math.floor(bin / bins) + 0.5) * (height / bins)),
  )

/** Off the edge there is nothing to sample: a region half a cell inside is read exactly. */
const inside = ({ x, y, width, height }: Region): Region => {
  const [left, top] = [Math.max(0.5, Math.min(x, MAP.columns - 1.5)), Math.max(0.5, Math.min(y, MAP.rows - 1.5))]
  return { x: left, y: top, width: Math.min(width, MAP.columns - 0.5 - left), height: Math.min(height, MAP.rows - 0.5 - top) }
}

const meanError = (values: Float32Array, right: Float32Array): number =>
  values.reduce((sum, value, at) => sum + Math.abs(value - (right[at] ?? 0)), 0) / values.length

export async function checkMaskRcnn(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { region, bins, ratio, stride } = computed(knobs)
  const read = inside(region)
  const map = held(backend, KNOWN)
  const example = await backend.values(alignHeld(backend, held(backend, EXAMPLE), region, bins, ratio))
  const [one, other] = [
    await backend.values(alignHeld(backend, map, read, bins, ratio)),
    await backend.values(roundHeld(backend, map, read, bins)),
  ]
  const right = truth(read, bins)
  const moves = await moved(backend, map, read, bins, ratio, stride)
  const [first = 0, second = 0] = moves.aligned
  const middle = Math.floor((bins * bins) / 2)
  const [alignError, roundError] = [meanError(one, right), meanError(other, right)]
  return {
    backend: backend.name,
    rows: [
      comparedNumber("Example, first bin of RoIAlign", aligned(EXAMPLE, region, bins, ratio, 0), example[0] ?? 0),
      comparedNumber(`Example, bin ${middle + 1}`, aligned(EXAMPLE, region, bins, ratio, middle), example[middle] ?? 0),
      comparedNumber("RoIAlign: error on a map that rises evenly", 0, alignError),
      {
        what: "RoIPool, mean of its whole cells: error there",
        predicted: "not less than RoIAlign's",
        measured: roundError.toFixed(4),
        agrees: roundError >= alignError - 1e-4,
      },
      comparedNumber("Region moved by one pixel: RoIAlign changes by slope ÷ stride", RISE.x / stride, second - first),
    ],
    timings: [],
    picture: pictureOf(moves, stride),
    note: `A map of ${MAP.rows} × ${MAP.columns} that rises by ${RISE.x} for each cell to the right and ${RISE.y} down, so that every true value is known; the region is kept half a cell inside it.`,
  }
}

interface Moves {
  readonly aligned: readonly number[]
  readonly rounded: readonly number[]
}

/** The first bin while the region moves to the right, pixel by pixel, for one cell. */
async function moved(backend: Backend, map: Held, region: Region, bins: number, ratio: number, stride: number): Promise<Moves> {
  const start = Math.max(0.5, Math.min(region.x, MAP.columns - 0.5 - region.width - 1))
  const [smooth, steps]: [number[], number[]] = [[], []]
  for (let pixel = 0; pixel <= stride; pixel++) {
    const there = { ...region, x: start + pixel / stride, width: Math.min(region.width, MAP.columns - 1.5 - start) }
    smooth.push((await backend.values(alignHeld(backend, map, there, bins, ratio)))[0] ?? 0)
    steps.push((await backend.values(roundHeld(backend, map, there, bins)))[0] ?? 0)
  }
  return { aligned: smooth, rounded: steps }
}

function pictureOf({ aligned: smooth, rounded: steps }: Moves, stride: number): Scene {
  const all = [...smooth, ...steps]
  const [least, most] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))]
  return {
    title: "A region that moves by one cell",
    description: `RoIAlign rises evenly from ${(smooth[0] ?? 0).toFixed(2)} to ${(smooth.at(-1) ?? 0).toFixed(2)}; RoIPool stays and jumps.`,
    content: {
      kind: "plot",
      id: "moved",
      label: "First bin, while the region moves to the right",
      width: 300,
      height: 150,
      x: { label: "pixels", from: 0, to: stride },
      y: { label: "value", from: least, to: most },
      curves: [
        { tone: "output", name: "RoIAlign", points: smooth.map((value, at) => [at, value] as const) },
        { tone: "warning", name: "whole cells", isDashed: true, points: steps.map((value, at) => [at, value] as const) },
      ],
    },
  }
}
