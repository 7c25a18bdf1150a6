/** A region of a feature map read in two ways: RoIAlign samples between cells, RoIPool rounds to whole cells. */
import { numberOf } from "../knobs.ts"
import type { Knobs } from "../subject.ts"

/** Cells of the map in the example. */
export const MAP = { columns: 12, rows: 8 }

export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** In cells; what the map holds of it. */
export function regionOf(knobs: Knobs): Region {
  const [x, y] = [Math.min(numberOf(knobs, "roi_x"), MAP.columns - 0.5), Math.min(numberOf(knobs, "roi_y"), MAP.rows - 0.5)]
  return {
    x,
    y,
    width: Math.min(numberOf(knobs, "roi_width"), MAP.columns - x),
    height: Math.min(numberOf(knobs, "roi_height"), MAP.rows - y),
  }
}

/** Edges rounded to cells, at least one cell wide. */
export function rounded({ x, y, width, height }: Region): Region {
  const [left, top] = [Math.min(Math.round(x), MAP.columns - 1), Math.min(Math.round(y), MAP.rows - 1)]
  const [right, bottom] = [Math.max(left + 1, Math.round(x + width)), Math.max(top + 1, Math.round(y + height))]
  return { x: left, y: top, width: Math.min(MAP.columns, right) - left, height: Math.min(MAP.rows, bottom) - top }
}

export type FeatureMap = readonly (readonly number[])[]

/** Whole numbers from 0 to 9 that change slowly, as features do. */
export const EXAMPLE: FeatureMap = Array.from({ length: MAP.rows }, (_, y) =>
  Array.from({ length: MAP.columns }, (__, x) => Math.round(4.5 + 4.4 * Math.sin((x + 0.5) / 1.9) * Math.cos((y - 1) / 2.4))),
)

export interface Neighbour {
  readonly row: number
  readonly column: number
  readonly weight: number
}

/** The four cells around a place, nearer ones weighing more; a cell's value stands at its centre. */
export function neighbours(y: number, x: number): readonly Neighbour[] {
  const [down, across] = [clamped(y - 0.5, MAP.rows), clamped(x - 0.5, MAP.columns)]
  const [top, left] = [Math.floor(down), Math.floor(across)]
  const [below, right] = [down - top, across - left]
  const at = (row: number, column: number, weight: number): Neighbour => ({
    row: Math.min(row, MAP.rows - 1),
    column: Math.min(column, MAP.columns - 1),
    weight,
  })
  return [
    at(top, left, (1 - below) * (1 - right)),
    at(top, left + 1, (1 - below) * right),
    at(top + 1, left, below * (1 - right)),
    at(top + 1, left + 1, below * right),
  ]
}

const clamped = (place: number, size: number): number => Math.max(0, Math.min(size - 1, place))

export interface Sample {
  readonly y: number
  readonly x: number
  readonly value: number
}

const cellOf = (map: FeatureMap, row: number, column: number): number => map[row]?.[column] ?? 0

/** Samples of one bin, evenly spread; their mean is what RoIAlign gives. */
export function samplesOf(map: FeatureMap, { x, y, width, height }: Region, bins: number, ratio: number, bin: number): readonly Sample[] {
  const [row, column] = [Math.floor(bin / bins), bin % bins]
  return Array.from({ length: ratio * ratio }, (_, at): Sample => {
    const down = y + ((row + (Math.floor(at / ratio) + 0.5) / ratio) * height) / bins
    const across = x + ((column + ((at % ratio) + 0.5) / ratio) * width) / bins
    const value = neighbours(down, across).reduce((sum, cell) => sum + cell.weight * cellOf(map, cell.row, cell.column), 0)
    return { y: down, x: across, value }
  })
}

export const aligned = (map: FeatureMap, region: Region, bins: number, ratio: number, bin: number): number => {
  const samples = samplesOf(map, region, bins, ratio, bin)
  return samples.reduce((sum, { value }) => sum + value, 0) / samples.length
}

/** Whole cells of one bin of the rounded region. */
export function cellsOf(region: Region, bins: number, bin: number): Region {
  const whole = rounded(region)
  const span = (size: number, at: number) => [Math.floor((at * size) / bins), Math.ceil(((at + 1) * size) / bins)] as const
  const [top, bottom] = span(whole.height, Math.floor(bin / bins))
  const [left, right] = span(whole.width, bin % bins)
  return { x: whole.x + left, y: whole.y + top, width: right - left, height: bottom - top }
}

export function pooled(map: FeatureMap, region: Region, bins: number, bin: number): number {
  const { x, y, width, height } = cellsOf(region, bins, bin)
  const values = Array.from({ length: width * height }, (_, at) => cellOf(map, y + Math.floor(at / width), x + (at % width)))
  return Math.max(...values)
}
