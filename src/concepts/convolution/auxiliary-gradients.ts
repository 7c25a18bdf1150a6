/** A small deep network with a head at its end and one in its middle: gradients by hand, for the picture and for what the check predicts. */
import { exampleNumber } from "./sliding.ts"

export const WIDTH = 16
const CLASSES = 2

export const BENDS = [
  { value: "sigmoid", label: "sigmoid" },
  { value: "relu", label: "ReLU" },
] as const

type Matrix = readonly (readonly number[])[]
type Vector = readonly number[]

export interface SmallDeep {
  readonly input: Vector
  /** One square matrix for each layer. */
  readonly layers: readonly Matrix[]
  readonly mainHead: Matrix
  readonly sideHead: Matrix
  /** The side head reads what this many layers made. */
  readonly attached: number
  readonly bend: string
}

/** Even between ± √(6 / n), as He and Glorot begin. */
const weights = (rows: number, seed: number): Matrix =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: WIDTH }, (__, column) => (exampleNumber(-1000, 1000, seed, row, column) / 1000) * Math.sqrt(6 / WIDTH)),
  )

export function smallDeep(depth: number, attached: number, bend: string): SmallDeep {
  return {
    input: Array.from({ length: WIDTH }, (_, index) => exampleNumber(-1000, 1000, 5, index) / 1000),
    layers: Array.from({ length: depth }, (_, layer) => weights(WIDTH, 100 + layer)),
    mainHead: weights(CLASSES, 7),
    sideHead: weights(CLASSES, 8),
    attached,
    bend,
  }
}

const times = (matrix: Matrix, vector: Vector): Vector =>
  matrix.map((line) => line.reduce((sum, weight, index) => sum + weight * (vector[index] ?? 0), 0))
const timesTransposed = (matrix: Matrix, vector: Vector): Vector =>
  Array.from({ length: WIDTH }, (_, column) => matrix.reduce((sum, line, row) => sum + (line[column] ?? 0) * (vector[row] ?? 0), 0))

const bent = (bend: string, x: number): number => (bend === "relu" ? Math.max(0, x) : 1 / (1 + Math.exp(-x)))
/** From the value, which is all that back-propagation keeps. */
const slope = (bend: string, value: number): number => (bend === "relu" ? Number(value > 0) : value * (1 - value))

/** Softmax minus one at the right class, which is the first. */
function scoreGradient(scores: Vector): Vector {
  const powers = scores.map((score) => Math.exp(score - Math.max(...scores)))
  const whole = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power, index) => power / whole - Number(index === 0))
}

/** Of one loss, what arrives before the bend of each layer; nothing behind the head. */
function arriving({ layers, bend }: SmallDeep, values: readonly Vector[], head: Matrix, from: number): readonly Vector[] {
  const found: Vector[] = layers.map(() => Array.from({ length: WIDTH }, () => 0))
  let down = timesTransposed(head, scoreGradient(times(head, values[from] ?? [])))
  for (let layer = from; layer >= 1; layer--) {
    const before = down.map((each, index) => each * slope(bend, values[layer]?.[index] ?? 0))
    found[layer - 1] = before
    down = timesTransposed(layers[layer - 1] ?? [], before)
  }
  return found
}

const norm = (vector: Vector): number => Math.sqrt(vector.reduce((sum, each) => sum + each * each, 0))

export interface LayerGradients {
  /** Length of the gradient by all the layer's weights. */
  readonly main: number
  readonly side: number
  /** Of main loss + weight · side loss. */
  readonly both: number
  /** By one weight, the first. */
  readonly oneMain: number
  readonly oneSide: number
}

/** First layer first. A layer's gradient is the outer product of what arrives and what went in, and as long as both lengths multiplied. */
export function gradientsByHand(network: SmallDeep, weight: number): readonly LayerGradients[] {
  const values: Vector[] = [network.input]
  for (const layer of network.layers) values.push(times(layer, values.at(-1) ?? []).map((x) => bent(network.bend, x)))
  const main = arriving(network, values, network.mainHead, network.layers.length)
  const side = arriving(network, values, network.sideHead, network.attached)
  return main.map((own, index) => {
    const [other, went] = [side[index] ?? [], values[index] ?? []]
    const length = norm(went)
    return {
      main: norm(own) * length,
      side: norm(other) * length,
      both: norm(own.map((each, at) => each + weight * (other[at] ?? 0))) * length,
      oneMain: (own[0] ?? 0) * (went[0] ?? 0),
      oneSide: (other[0] ?? 0) * (went[0] ?? 0),
    }
  })
}
