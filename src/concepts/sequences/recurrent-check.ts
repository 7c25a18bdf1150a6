/** Checks that LSTM and GRU share: a small cell against numbers by hand, and the layer itself with its weights counted. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, percent, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { costOf, ONE_LAYER, type RecurrentSizes } from "./recurrent-layer.ts"
import { blankState, type CellWeights, randomCells, rowOf, runCell, runLayers, tensorsOf, turned } from "./recurrent-run.ts"
import { type Affine, gruSteps, inputAt, GRU_WEIGHTS, LSTM_WEIGHTS, lstmSteps, SMALL } from "./small-cell.ts"

const SMALL_STEPS = 4
/** Steps are executed one after the other, each some twenty calls. */
const MOST_STEPS = 32

const SMALL_SIZES: RecurrentSizes = { ...ONE_LAYER, input: SMALL.input, hidden: SMALL.hidden, biases: 1, length: SMALL_STEPS }

/** The rows of several gates below each other, as one matrix for the input and one for the state. */
function packed(backend: Backend, parts: readonly Affine[]): CellWeights {
  const rows = parts.flatMap(({ weights }) => weights)
  return {
    fromInput: turned(
      backend,
      rows.map((row) => row.slice(0, SMALL.input)),
    ),
    fromState: turned(
      backend,
      rows.map((row) => row.slice(SMALL.input)),
    ),
    biases: [
      rowOf(
        backend,
        parts.flatMap(({ bias }) => bias),
      ),
    ],
  }
}

/** The example of the picture, executed; its last state against the numbers that the picture shows. */
export async function smallCell(backend: Backend, gates: 3 | 4): Promise<readonly CheckRow[]> {
  const { forget, input, candidate, output } = LSTM_WEIGHTS
  const parts = gates === 4 ? [input, forget, candidate, output] : [GRU_WEIGHTS.reset, GRU_WEIGHTS.update, GRU_WEIGHTS.candidate]
  const inputs = Array.from({ length: SMALL_STEPS }, (_, step) => rowOf(backend, inputAt(step)))
  const states = runCell(backend, gates, packed(backend, parts), inputs, blankState(backend, gates, SMALL_SIZES))
  const last = states.at(-1)
  const hidden = await backend.values(last?.hidden as Held)
  const lstm = lstmSteps(SMALL_STEPS).at(-1)
  const byHand = gates === 4 ? lstm?.hidden : gruSteps(SMALL_STEPS).at(-1)?.hidden
  const rows = [comparedNumber(`The picture's h after ${SMALL_STEPS} steps, first number`, byHand?.[0] ?? 0, hidden[0] ?? Number.NaN)]
  if (gates === 3) return [...rows, comparedNumber("and the second", byHand?.[1] ?? 0, hidden[1] ?? Number.NaN)]
  const memory = await backend.values(last?.cell as Held)
  return [...rows, comparedNumber("and its cell c, first number", lstm?.cell[0] ?? 0, memory[0] ?? Number.NaN)]
}

const counted = (cells: readonly (readonly CellWeights[])[]): number => sizeOfAll(cells.flat().flatMap(tensorsOf))

export async function checkLayer(backend: Backend, gates: 3 | 4, sizes: RecurrentSizes): Promise<CheckResult | Refusal> {
  const cost = costOf(gates, sizes)
  const refused = refusal(cost.parameters * 2)
  if (refused) return { refused: refused.replace("channels", "numbers in the state") }
  const perStep = cost.macs / sizes.length
  const length = Math.max(1, Math.min(sizes.length, MOST_STEPS, Math.floor(backend.macsPerRun / perStep)))
  const run = { ...sizes, length }
  const cells = randomCells(backend, gates, run)
  const others = randomCells(backend, gates === 4 ? 3 : 4, { ...run, projection: 0 })
  const inputs = Array.from({ length }, (_, step) => backend.tensors.randomNormal([1, sizes.input], 0, 1, "float32", step + 3))
  const execute = (): Held => runLayers(backend, gates, run, cells, inputs)
  const { shape } = execute()
  const [parameters, otherParameters] = [counted(cells), counted(others)]
  const [lstm, gru] = gates === 4 ? [parameters, otherParameters] : [otherParameters, parameters]
  const share = `${percent(3, 4)}`
  const [timing] = await backend.time(execute)
  return {
    backend: backend.name,
    rows: [
      ...(await smallCell(backend, gates)),
      compared("States of all steps", sizesText([length, costOf(gates, run).output[1] ?? 0]), sizesText(shape)),
      compared("Parameters", grouped(cost.parameters), grouped(parameters)),
      ...(sizes.projection === 0 ? [compared("A GRU's weights, as a share of an LSTM's", share, percent(gru, lstm))] : []),
    ],
    timings: timing ? [{ ...timing, what: `${length} steps`, macs: costOf(gates, run).macs }] : [],
    note:
      length === sizes.length
        ? `${length} steps of random numbers, executed one after the other; weights are counted in the tensors that ran.`
        : `${length} steps instead of ${sizes.length}, to be done in a second; the weights are of full size, and counted in the tensors that ran.`,
  }
}
