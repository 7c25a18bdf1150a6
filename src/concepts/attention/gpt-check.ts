/** Check of GPT: a small one is really run. Later tokens must not matter, gradients must not come from later positions, and kept keys and values must do. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { DEPTH, keyAt, LOGIT_SCALE, nextAt, queryAt, TOKENS, valueAt } from "./gpt-example.ts"
import { cachedPerToken, type GptSizes, gptParameters, readGpt } from "./gpt-sizes.ts"
import { blockOf, distanceOf, type Kept, maskOf, normalised, rowsOf, type Small, type SmallBlock, smallBlock } from "./small-transformer.ts"

/** Enough to see every claim. */
const MOST_LAYERS = 3
const MOST_WIDTH = 64
const MOST_POSITIONS = 12
const MOST_VOCABULARY = 50

/** The model's own proportions, as far as a moment allows. */
export function smaller({ layers, heads, width, vocabulary, context }: GptSizes): GptSizes {
  const few = heads <= 4 ? heads : 4
  const narrow = Math.min(width, Math.max(few, MOST_WIDTH - (MOST_WIDTH % few)))
  return {
    layers: Math.min(layers, MOST_LAYERS),
    heads: few,
    width: narrow - (narrow % few),
    vocabulary: Math.min(vocabulary, MOST_VOCABULARY),
    context: Math.min(context, MOST_POSITIONS),
    isTied: true,
    hasBias: false,
    bytes: 4,
  }
}

interface SmallGpt {
  readonly sizes: GptSizes
  readonly tokens: Held
  readonly positions: Held
  readonly blocks: readonly SmallBlock[]
}

const smallOf = ({ width, heads }: GptSizes): Small => ({ width, heads, hidden: 4 * width })

function build(backend: Backend, sizes: GptSizes): SmallGpt {
  const { tensors } = backend
  return {
    sizes,
    tokens: tensors.randomNormal([sizes.vocabulary, sizes.width], 0, 1, "float32", 3),
    positions: tensors.randomNormal([sizes.context, sizes.width], 0, 1, "float32", 4),
    blocks: Array.from({ length: sizes.layers }, (_, at) => smallBlock(backend, smallOf(sizes), 20 + 10 * at)),
  }
}

function embedded({ tensors }: Backend, gpt: SmallGpt, ids: readonly number[], from = 0): Held {
  const picked = tensors.stack(
    ids.map((id) => tensors.reshape(tensors.slice(gpt.tokens, [id, 0], [1, gpt.sizes.width]), [gpt.sizes.width])),
  )
  return tensors.add(picked, tensors.slice(gpt.positions, [from, 0], [ids.length, gpt.sizes.width]))
}

function run(backend: Backend, gpt: SmallGpt, start: Held, mask?: Held, before?: readonly Kept[]) {
  let x = start
  const kept: Kept[] = []
  for (const [at, block] of gpt.blocks.entries()) {
    const done = blockOf(backend, x, block, gpt.sizes.heads, mask, before?.[at])
    kept.push(done.kept)
    x = done.result
  }
  return { logits: backend.tensors.matMul(normalised(backend, x), gpt.tokens, false, true), kept }
}

const causal = (backend: Backend, positions: number): Held => maskOf(backend, positions, positions, (query, key) => key <= query)

export async function checkGpt(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readGpt(knobs)
  const sizes = smaller(real)
  const gpt = build(backend, sizes)
  const ids = Array.from({ length: sizes.context }, (_, at) => (at * 7 + 3) % sizes.vocabulary)
  const rows = [
    await exampleRow(backend),
    ...(sizes.context > 1 && sizes.vocabulary > 1 ? await maskRows(backend, gpt, ids) : []),
    ...(sizes.context > 1 ? [await gradientRow(backend, gpt, ids), ...(await cacheRows(backend, gpt, ids))] : []),
    parameterRow(gpt),
  ]
  return {
    backend: backend.name,
    rows,
    timings: [],
    note: `A GPT with random weights, without bias and with fixed normalisation: ${sizes.layers} blocks instead of ${grouped(real.layers)}, width ${sizes.width} instead of ${grouped(real.width)}, ${sizes.heads} heads, ${sizes.context} positions, ${sizes.vocabulary} tokens.`,
  }
}

/** The head of the picture, in tensors. */
async function exampleRow(backend: Backend): Promise<CheckRow> {
  const { tensors } = backend
  const rowsAt = (of: (position: number) => readonly number[]): Held =>
    backend.tensor(Float32Array.from(TOKENS.flatMap((_, at) => [...of(at)])), [TOKENS.length, DEPTH])
  const scores = tensors.div(tensors.matMul(rowsAt(queryAt), rowsAt(keyAt), false, true), Math.sqrt(DEPTH))
  const mixed = tensors.matMul(tensors.softmax(tensors.add(scores, causal(backend, TOKENS.length))), rowsAt(valueAt))
  const last = TOKENS.length - 1
  const next = await backend.values(tensors.softmax(tensors.mul(rowsOf(backend, mixed, last, 1), LOGIT_SCALE)))
  const by = nextAt(last, true).next
  return comparedNumber("Probability of “sat” after the example's last word", by[2] ?? 0, next[2] ?? 0)
}

/** One token in the middle becomes another. */
async function maskRows(backend: Backend, gpt: SmallGpt, ids: readonly number[]): Promise<readonly CheckRow[]> {
  const changed = Math.floor(ids.length / 2)
  const other = ids.map((id, at) => (at === changed ? (id + 1) % gpt.sizes.vocabulary : id))
  const apart = async (mask: Held | undefined, from: number, count: number): Promise<number> => {
    const [one, two] = [ids, other].map((each) =>
      rowsOf(backend, run(backend, gpt, embedded(backend, gpt, each), mask).logits, from, count),
    )
    return backend.number(distanceOf(backend, one as Held, two as Held))
  }
  const mask = causal(backend, ids.length)
  const [before, after, open] = [
    await apart(mask, 0, changed),
    await apart(mask, changed, ids.length - changed),
    await apart(undefined, 0, changed),
  ]
  const position = changed + 1
  return [
    { what: `Token ${position} changed: outputs 1 to ${changed} move by`, predicted: "0", measured: String(before), agrees: before === 0 },
    { what: `and outputs ${position} to ${ids.length} by`, predicted: "more than 0", measured: after.toFixed(3), agrees: after > 0 },
    {
      what: `Without the mask outputs 1 to ${changed} move by`,
      predicted: "more than 0",
      measured: open.toFixed(3),
      agrees: open > 0,
    },
  ]
}

/** How much the first output asks of each input. */
async function gradientRow(backend: Backend, gpt: SmallGpt, ids: readonly number[]): Promise<CheckRow> {
  const { tensors } = backend
  const mask = causal(backend, ids.length)
  const score = (at: Held): Held => tensors.sum(tensors.square(rowsOf(backend, run(backend, gpt, at, mask).logits, 0, 1)))
  const [gradient] = backend.gradients((at) => score(at as Held), [embedded(backend, gpt, ids)])
  const [own, later] = [
    await backend.number(tensors.max(tensors.abs(rowsOf(backend, gradient as Held, 0, 1)))),
    await backend.number(tensors.max(tensors.abs(rowsOf(backend, gradient as Held, 1, ids.length - 1)))),
  ]
  return {
    what: "Gradient of the first output by later positions, and by its own",
    predicted: "0, and more than 0",
    measured: `${later}, and ${own.toExponential(1)}`,
    agrees: later === 0 && own > 0,
  }
}

/** The last token alone, with what the others left behind. */
async function cacheRows(backend: Backend, gpt: SmallGpt, ids: readonly number[]): Promise<readonly CheckRow[]> {
  const last = ids.length - 1
  const whole = run(backend, gpt, embedded(backend, gpt, ids), causal(backend, ids.length))
  const before = run(backend, gpt, embedded(backend, gpt, ids.slice(0, last)), causal(backend, last))
  const alone = run(backend, gpt, embedded(backend, gpt, ids.slice(last), last), undefined, before.kept)
  const difference = await backend.number(distanceOf(backend, rowsOf(backend, whole.logits, last, 1), alone.logits))
  const held = alone.kept.reduce((sum, { keys, values }) => sum + keys.size + values.size, 0)
  return [
    {
      what: `Scores after token ${ids.length}: all computed again against kept keys and values`,
      predicted: "the same",
      measured: `differ by ${difference.toExponential(1)}`,
      agrees: difference < 1e-3,
    },
    compared(`Numbers kept for ${ids.length} tokens`, grouped(cachedPerToken(gpt.sizes) * ids.length), grouped(held)),
  ]
}

/** The formula against the weights that were made; they have no normalisation weights. */
function parameterRow({ sizes, tokens, positions, blocks }: SmallGpt): CheckRow {
  const { total, norms } = gptParameters(sizes)
  const made = blocks
    .flatMap(({ attention, into, out }) => [...attention, into, out])
    .reduce((sum, { size }) => sum + size, tokens.size + positions.size)
  return compared("Parameters of the small one, without normalisation", grouped(total - norms), grouped(made))
}
