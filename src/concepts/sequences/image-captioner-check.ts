/** Check of the image captioner: the picture's attention by hand, and one step of attention and LSTM at full size. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { captionerParts, contextOf, decoderWeights, PLACES, readCaptioner, SCORES, softmax } from "./captioner-parts.ts"
import { stepOf } from "./recurrent-run.ts"

async function smallAttention(backend: Backend): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const scores = SCORES[1] ?? []
  const weights = tensors.softmax(backend.tensor(Float32Array.from(scores), [1, scores.length]))
  const places = backend.tensor(Float32Array.from(PLACES.flatMap(({ values }) => [...values])), [PLACES.length, 2])
  const [first = Number.NaN] = await backend.values(tensors.matMul(weights, places))
  const largest = await backend.number(tensors.max(weights))
  return [
    comparedNumber('The picture\'s largest weight for "bird"', Math.max(...softmax(scores)), largest),
    comparedNumber("and the first number of its context", contextOf(softmax(scores))[0] ?? 0, first),
  ]
}

export async function checkCaptioner(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { map, places, parts } = captionerParts(knobs)
  const { attention, embedding, hidden, vocabulary } = readCaptioner(knobs)
  const [channels = 1] = map
  const shapes = decoderWeights(knobs, channels)
  const refused = refusal(shapes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0))
  if (refused) return { refused: refused.replace("channels", "words or a smaller state") }
  const { tensors } = backend
  const weights = shapes.map((shape, at) => tensors.randomUniform(shape, -0.05, 0.05, "float32", at + 11))
  const at = (index: number): Held => weights[index] as Held
  const run = Math.max(1, Math.min(places, Math.floor(backend.macsPerRun / (channels * attention))))
  const seen = tensors.randomNormal([run, channels], 0, 1, "float32", 5)
  const state = tensors.randomNormal([1, hidden], 0, 1, "float32", 6)
  const attend = (from: Held) => {
    const bent = tensors.tanh(tensors.add(tensors.matMul(from, at(0)), tensors.matMul(state, at(1))))
    const shares = tensors.softmax(tensors.reshape(tensors.matMul(bent, tensors.reshape(at(2), [attention, 1])), [1, run]))
    return { shares, context: tensors.matMul(shares, from) }
  }
  const { shares, context } = attend(seen)
  const backwards = tensors.gather(seen, tensors.range(run - 1, -1, -1, "int32"))
  const difference = tensors.max(tensors.abs(tensors.sub(context, attend(backwards).context)))
  const word = tensors.slice(at(7), [0, 0], [1, embedding])
  const cell = { fromInput: at(8), fromState: at(9), biases: [at(10), at(11)] }
  const next = stepOf(4)(backend, cell, tensors.concat([word, context], 1), { hidden: state, cell: tensors.zeros([1, hidden]) })
  const chances = tensors.softmax(tensors.add(tensors.matMul(next.hidden, at(12)), at(13)))
  const counted = parts.slice(1).reduce((sum, part) => sum + part.parameters, 0)
  const measured = await backend.number(difference)
  return {
    backend: backend.name,
    rows: [
      ...(await smallAttention(backend)),
      comparedNumber(`Sum of the weights of ${run} places`, 1, await backend.number(tensors.sum(shares))),
      {
        what: "Change of the context when places are reversed",
        predicted: "0",
        measured: measured.toExponential(1),
        agrees: measured < 1e-4,
      },
      compared("Chances of the next word", sizesText([1, vocabulary]), sizesText(chances.shape)),
      compared("Parameters behind the encoder", grouped(counted), grouped(sizeOfAll(weights))),
    ],
    timings: [],
    note: `One step with random weights${run < places ? `, over ${run} places instead of ${places}` : ""}; the encoder is not run, its map is random.`,
  }
}
