/** Check of sequence to sequence: a small decoder scores every output there is, and weights of full size are counted. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, numberOf } from "../knobs.ts"
import type { CheckResult, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { ONE_LAYER, type RecurrentSizes } from "./recurrent-layer.ts"
import { blankState, randomCell, runCell, type State, stepOf, tensorsOf } from "./recurrent-run.ts"
import { partsOf } from "./sequence-to-sequence.ts"

const TOKENS = 4
const STEPS = 3
const OUTPUTS = TOKENS ** STEPS
const SMALL: RecurrentSizes = { ...ONE_LAYER, input: TOKENS, hidden: 8, length: STEPS }

/** The token at each step of the numbered output: its digits. */
const digit = (output: number, step: number): number => Math.floor(output / TOKENS ** (STEPS - 1 - step)) % TOKENS

export async function checkTranslation(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { parameters, gates } = partsOf(knobs)
  const refused = refusal(parameters)
  if (refused) return { refused: refused.replace("channels", "tokens or a smaller state") }
  const { tensors } = backend
  const [encoder, decoder] = [randomCell(backend, gates, SMALL, 0, 71), randomCell(backend, gates, SMALL, 0, 72)]
  const head = tensors.randomUniform([SMALL.hidden, TOKENS], -2, 2, "float32", 73)
  const sentence = Array.from({ length: 3 }, (_, at) => tensors.randomNormal([1, TOKENS], 0, 1, "float32", at + 74))
  const context = runCell(backend, gates, encoder, sentence, blankState(backend, gates, SMALL)).at(-1) as State
  const advance = (tokens: Held, state: State) => {
    const next = stepOf(gates)(backend, decoder, tokens, state)
    return { next, chances: tensors.softmax(tensors.matMul(next.hidden, head)) }
  }
  const many = (held: Held): Held => tensors.tile(held, [OUTPUTS, 1])
  let state: State = { hidden: many(context.hidden), ...(context.cell && { cell: many(context.cell) }) }
  let [tokens, probability] = [tensors.zeros([OUTPUTS, TOKENS]), tensors.ones([OUTPUTS])]
  for (let step = 0; step < STEPS; step++) {
    const { next, chances } = advance(tokens, state)
    tokens = backend.tensor(
      Float32Array.from({ length: OUTPUTS * TOKENS }, (_, at) => Number(digit(Math.floor(at / TOKENS), step) === at % TOKENS)),
      [OUTPUTS, TOKENS],
    )
    probability = tensors.mul(probability, tensors.sum(tensors.mul(chances, tokens), 1))
    state = next
  }
  const all = await backend.values(probability)
  const greedy = await chosenGreedily(backend, advance, context)
  const best = Math.max(...all)
  const weights = fullSize(backend, knobs)
  return {
    backend: backend.name,
    rows: [
      compared("Parameters", grouped(parameters), grouped(weights)),
      comparedNumber(
        `Probabilities of all ${OUTPUTS} outputs, summed`,
        1,
        all.reduce((sum, value) => sum + value, 0),
      ),
      comparedNumber("Probability of what is chosen token by token, step by step", all[greedy.output] ?? 0, greedy.probability),
      {
        what: "Greedy against the best of all outputs",
        predicted: `at most ${best.toFixed(4)}`,
        measured: greedy.probability.toFixed(4),
        agrees: greedy.probability <= best + 1e-5,
      },
    ],
    timings: [],
    note: `Random weights. All outputs of ${STEPS} tokens from ${TOKENS} are scored by teacher forcing, with a state of ${SMALL.hidden} numbers; weights are counted at full size.`,
  }
}

/** One output, each step reading the likeliest token of the step before. */
async function chosenGreedily(
  backend: Backend,
  advance: (tokens: Held, state: State) => { next: State; chances: Held },
  context: State,
): Promise<{ readonly output: number; readonly probability: number }> {
  let [tokens, state, output, probability] = [backend.tensors.zeros([1, TOKENS]), context, 0, 1]
  for (let step = 0; step < STEPS; step++) {
    const { next, chances } = advance(tokens, state)
    const values = [...(await backend.values(chances))]
    const token = values.indexOf(Math.max(...values))
    output = output * TOKENS + token
    probability *= values[token] ?? 0
    tokens = backend.tensor(
      Float32Array.from(values, (_, at) => Number(at === token)),
      [1, TOKENS],
    )
    state = next
  }
  return { output, probability }
}

/** Elements of the tensors that the layers of these knobs need. */
function fullSize(backend: Backend, knobs: Knobs): number {
  const { gates } = partsOf(knobs)
  const [embedding, hidden, target] = ["embedding", "hidden_size", "target_vocabulary"].map((name) => numberOf(knobs, name)) as [
    number,
    number,
    number,
  ]
  const sizes = { ...ONE_LAYER, input: embedding, hidden, length: 1 }
  const { tensors } = backend
  const tables = [numberOf(knobs, "source_vocabulary"), target].map((count) => tensors.zeros([count, embedding]))
  const cells = [81, 82].flatMap((seed) => tensorsOf(randomCell(backend, gates, sizes, 0, seed)))
  return sizeOfAll([...tables, ...cells, tensors.zeros([hidden, target]), tensors.zeros([target])])
}
