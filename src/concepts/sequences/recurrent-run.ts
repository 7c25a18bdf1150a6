/** Recurrent cells really executed, step by step, in tensors: gates in torch's order, one matrix product for all gates of a step. */
import type { Gates } from "../../operators/recur.ts"
import type { Backend } from "../backend.ts"
import type { Held } from "../tensors.ts"
import { cellWeights, type RecurrentSizes } from "./recurrent-layer.ts"

export interface CellWeights {
  readonly fromInput: Held
  readonly fromState: Held
  readonly biases: readonly Held[]
  readonly projection?: Held
}

export interface State {
  readonly hidden: Held
  /** LSTM only. */
  readonly cell?: Held
}

/** Seeded, and small enough that gates stay where they have a slope. */
export function randomCell(backend: Backend, gates: Gates, sizes: RecurrentSizes, layer: number, seed: number): CellWeights {
  const shapes = cellWeights(gates, sizes, layer)
  const scale = 1 / Math.sqrt(sizes.hidden)
  const made = shapes.map((shape, at) => backend.tensors.randomUniform(shape, -scale, scale, "float32", seed * 10 + at + 1))
  const [fromInput, fromState, ...others] = made as [Held, Held, ...Held[]]
  const projection = sizes.projection > 0 ? others.at(-1) : undefined
  return { fromInput, fromState, biases: others.slice(0, sizes.biases), ...(projection && { projection }) }
}

export const tensorsOf = ({ fromInput, fromState, biases, projection }: CellWeights): readonly Held[] => [
  fromInput,
  fromState,
  ...biases,
  ...(projection ? [projection] : []),
]

type Step = (backend: Backend, weights: CellWeights, x: Held, state: State) => State

/** Columns of all gates, cut into one piece for each. */
function pieces(backend: Backend, all: Held, count: number): readonly Held[] {
  return backend.split(all, count, 1)
}

const lstm: Step = (backend, { fromInput, fromState, biases, projection }, x, { hidden, cell }) => {
  const { tensors } = backend
  const products = tensors.add(tensors.matMul(x, fromInput), tensors.matMul(hidden, fromState))
  const sums = biases.reduce((sum, bias) => tensors.add(sum, bias), products)
  const [input, forget, candidate, output] = pieces(backend, sums, 4) as [Held, Held, Held, Held]
  const kept = tensors.mul(tensors.sigmoid(forget), cell as Held)
  const memory = tensors.add(kept, tensors.mul(tensors.sigmoid(input), tensors.tanh(candidate)))
  const shown = tensors.mul(tensors.sigmoid(output), tensors.tanh(memory))
  return { hidden: projection ? tensors.matMul(shown, projection) : shown, cell: memory }
}

const gru: Step = (backend, { fromInput, fromState, biases }, x, { hidden }) => {
  const { tensors } = backend
  const [first, second] = biases
  const read = first ? tensors.add(tensors.matMul(x, fromInput), first) : tensors.matMul(x, fromInput)
  const recalled = second ? tensors.add(tensors.matMul(hidden, fromState), second) : tensors.matMul(hidden, fromState)
  const [readReset, readUpdate, readNew] = pieces(backend, read, 3) as [Held, Held, Held]
  const [oldReset, oldUpdate, oldNew] = pieces(backend, recalled, 3) as [Held, Held, Held]
  const reset = tensors.sigmoid(tensors.add(readReset, oldReset))
  const update = tensors.sigmoid(tensors.add(readUpdate, oldUpdate))
  const candidate = tensors.tanh(tensors.add(readNew, tensors.mul(reset, oldNew)))
  return { hidden: tensors.add(tensors.mul(tensors.sub(1, update), candidate), tensors.mul(update, hidden)) }
}

const plain: Step = (backend, { fromInput, fromState, biases }, x, { hidden }) => {
  const { tensors } = backend
  const products = tensors.add(tensors.matMul(x, fromInput), tensors.matMul(hidden, fromState))
  return { hidden: tensors.tanh(biases.reduce((sum, bias) => tensors.add(sum, bias), products)) }
}

const STEPS: Readonly<Record<Gates, Step>> = { 1: plain, 3: gru, 4: lstm }

export const stepOf = (gates: Gates): Step => STEPS[gates]

export const blankState = ({ tensors }: Backend, gates: Gates, { hidden, projection }: RecurrentSizes, batch = 1): State => ({
  hidden: tensors.zeros([batch, projection || hidden]),
  ...(gates === 4 && { cell: tensors.zeros([batch, hidden]) }),
})

/** One direction of one layer; the state after each step, in the order of the steps. */
export function runCell(backend: Backend, gates: Gates, weights: CellWeights, inputs: readonly Held[], start: State): readonly State[] {
  const states: State[] = []
  for (const x of inputs) states.push(stepOf(gates)(backend, weights, x, states.at(-1) ?? start))
  return states
}

/** All layers and directions over the inputs; cells as `cells[layer][direction]`. */
export function runLayers(
  backend: Backend,
  gates: Gates,
  sizes: RecurrentSizes,
  cells: readonly (readonly CellWeights[])[],
  inputs: readonly Held[],
): Held {
  let sequence = inputs
  for (const directions of cells) {
    const [ahead, back] = directions.map((weights, direction) => {
      const order = direction === 0 ? sequence : [...sequence].reverse()
      const states = runCell(backend, gates, weights, order, blankState(backend, gates, sizes)).map(({ hidden }) => hidden)
      return direction === 0 ? states : states.reverse()
    })
    sequence = (ahead ?? []).map((hidden, at) => (back ? backend.concat([hidden, back[at] as Held], 1) : hidden))
  }
  return backend.concat(sequence, 0)
}

/** Cells of all layers, each with its own seed. */
export const randomCells = (backend: Backend, gates: Gates, sizes: RecurrentSizes): readonly (readonly CellWeights[])[] =>
  Array.from({ length: sizes.layers }, (_, layer) =>
    Array.from({ length: sizes.directions }, (_, direction) =>
      randomCell(backend, gates, sizes, layer, 100 * layer + 10 * direction + gates),
    ),
  )

/** A small matrix of ours as a tensor, turned so that inputs are rows. */
export const turned = (backend: Backend, rows: readonly (readonly number[])[]): Held =>
  backend.tensors.transpose(backend.tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0]))

export const rowOf = (backend: Backend, values: readonly number[]): Held => backend.tensor(Float32Array.from(values), [1, values.length])
