/** Check of encoder and decoder: executed, counted, and cut at the context. */
import type { Gates } from "../../operators/recur.ts"
import type { Backend } from "../backend.ts"
import { compared, refusal, sizeOfAll } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { partsOf } from "./encoder-decoder.ts"
import { blankState, type CellWeights, randomCell, runCell, type State, stepOf, tensorsOf } from "./recurrent-run.ts"

/** Each step is executed by itself. */
const MOST_STEPS = 12

export interface Decoder {
  readonly gates: Gates
  readonly cell: CellWeights
  readonly readout: Held
  readonly bias: Held
}

/** Step after step from a state; each reads what the one before wrote. */
export function decode(backend: Backend, { gates, cell, readout, bias }: Decoder, start: State, steps: number): Held {
  const { tensors } = backend
  let [state, written] = [start, tensors.zeros([start.hidden.shape[0] ?? 1, readout.shape[1] ?? 1])]
  const outputs: Held[] = []
  for (let step = 0; step < steps; step++) {
    state = stepOf(gates)(backend, cell, written, state)
    written = tensors.add(tensors.matMul(state.hidden, readout), bias)
    outputs.push(written)
  }
  return backend.concat(outputs, 0)
}

export function randomDecoder(backend: Backend, gates: Gates, sizes: Parameters<typeof randomCell>[2], outputSize: number): Decoder {
  const scale = 1 / Math.sqrt(sizes.hidden)
  return {
    gates,
    cell: randomCell(backend, gates, sizes, 0, 91),
    readout: backend.tensors.randomUniform([sizes.hidden, outputSize], -scale, scale, "float32", 92),
    bias: backend.tensors.randomUniform([outputSize], -scale, scale, "float32", 93),
  }
}

export async function checkEncoderDecoder(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { gates, encoder, decoder, outputSize, parameters, macs } = partsOf(knobs)
  const refused = refusal(parameters)
  if (refused) return { refused: refused.replace("channels", "numbers in the state") }
  const share = Math.min(1, backend.macsPerRun / Math.max(1, 4 * macs))
  const fitted = (length: number): number => Math.max(1, Math.min(MOST_STEPS, Math.floor(length * share), length))
  const [read, written] = [fitted(encoder.length), fitted(decoder.length)]
  const cell = randomCell(backend, gates, encoder, 0, 90)
  const writer = randomDecoder(backend, gates, decoder, outputSize)
  const rest = Array.from({ length: read - 1 }, (_, at) => backend.tensors.randomNormal([1, encoder.input], 0, 1, "float32", at + 5))
  const first = backend.tensors.randomNormal([1, encoder.input], 0, 1, "float32", 4)
  const encode = (x: Held): State => runCell(backend, gates, cell, [x, ...rest], blankState(backend, gates, encoder)).at(-1) as State
  const output = decode(backend, writer, encode(first), written)
  const { tensors } = backend
  const influence = async (pass: (state: State) => State): Promise<number> => {
    const [gradient] = backend.gradients(
      // The input takes part with nothing, so that a cut leaves a gradient of exactly zero rather than none.
      (x) => tensors.add(tensors.sum(decode(backend, writer, pass(encode(x as Held)), written)), tensors.mul(tensors.sum(x as Held), 0)),
      [first],
    )
    return backend.number(tensors.sum(tensors.abs(gradient as Held)))
  }
  const [whole, cut] = [await influence((state) => state), await influence(() => blankState(backend, gates, encoder))]
  const shrunk = read < encoder.length || written < decoder.length
  return {
    backend: backend.name,
    rows: [
      compared("Output", sizesText([written, outputSize]), sizesText(output.shape)),
      compared(
        "Parameters",
        grouped(parameters),
        grouped(sizeOfAll([...tensorsOf(cell), ...tensorsOf(writer.cell), writer.readout, writer.bias])),
      ),
      {
        what: "Influence of the first input on the output (sum of slopes)",
        predicted: "more than 0",
        measured: whole.toExponential(2),
        agrees: whole > 0,
      },
      compared("The same with an empty context", "0", String(cut)),
    ],
    timings: [],
    note: `Random weights; ${read} steps read and ${written} written${shrunk ? `, instead of ${encoder.length} and ${decoder.length}, to be done in a second` : ""}.`,
  }
}
