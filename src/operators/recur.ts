/** Recurrent layers: plain, gated (GRU) and with a memory cell (LSTM). */
import { add, type Dim, multiply, product, sum } from "../values/dim.ts"
import type { Shape } from "../values/shape.ts"
import { expectRank, expectSame, type Outcomes } from "./outcome.ts"

/** How many gate products a cell makes: an RNN 1, a GRU 3, an LSTM 4. */
export type Gates = 1 | 3 | 4

export interface Recurrence {
  readonly gates: Gates
  readonly inputSize: Dim
  readonly hiddenSize: Dim
  readonly layers: number
  readonly directions: 1 | 2
  readonly isBatchFirst: boolean
  /** LSTM only: the hidden state is projected to this size */
  readonly projection?: Dim
}

/**
 * Runs a recurrent cell over a sequence, layer after layer, in one or two directions.
 *
 *   sequence  [length, batch, inputSize]; batch first under isBatchFirst; or [length, inputSize]
 *   results   sequence of hidden states [..., directions · hidden], last hidden state [directions · layers, batch, hidden], last cell state likewise
 *   macs      per step, layer and direction: gates · hiddenSize · (input + hidden), and the projection
 *   problems  feature-mismatch, rank-mismatch
 *   source    https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html
 */
export function recur(sequence: Shape, cell: Recurrence): Outcomes {
  const ranks = expectRank(sequence, 2, 3)
  if (ranks.length > 0) return { shapes: [sequence, sequence, sequence], macs: 0, problems: ranks }
  const { hiddenSize, projection = hiddenSize, layers, directions, isBatchFirst } = cell
  const lead = sequence.slice(0, -1)
  const batch = lead.length === 1 ? [] : [lead[isBatchFirst ? 0 : 1] as Dim]
  const states = multiply(directions, layers)
  return {
    shapes: [
      [...lead, multiply(directions, projection)],
      [states, ...batch, projection],
      [states, ...batch, hiddenSize],
    ],
    macs: multiply(product(lead), multiply(directions, macsPerStep(cell, projection))),
    problems: expectSame("feature-mismatch", "features", cell.inputSize, sequence.at(-1) as Dim, "input_size"),
  }
}

/** One step of all layers in one direction. */
function macsPerStep({ gates, inputSize, hiddenSize, layers, directions, projection: declared }: Recurrence, projection: Dim): Dim {
  return sum(
    Array.from({ length: layers }, (_, layer) => {
      const input = layer === 0 ? inputSize : multiply(directions, projection)
      const products = product([gates, hiddenSize, add(input, projection)])
      return declared === undefined ? products : add(products, multiply(hiddenSize, projection))
    }),
  )
}

/** One step of a cell on [batch, inputSize] or [inputSize]: the products of its gates. */
export function stepMacs(input: Shape, gates: Gates, inputSize: Dim, hiddenSize: Dim): Dim {
  return product([...input.slice(0, -1), gates, hiddenSize, add(inputSize, hiddenSize)])
}
