/** Check of BERT: the picture's sum, both sides seen, padding without effect, segments with one, and the shares of hidden tokens. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { attentionAt, keyOf, positionVector, queryOf, segmentVector, SIZE, summed, tokenVector } from "./bert-example.ts"
import { type BertSizes, bertParameters, readBert, SEGMENTS } from "./bert-sizes.ts"
import { type Formatted, formatted, hidingOf, idOf, VOCABULARY } from "./bert-tokens.ts"
import { attended, distanceOf, fed, FORBIDDEN, keptOf, normalised, rowsOf, type SmallBlock, smallBlock } from "./small-transformer.ts"

const MOST_LAYERS = 3
const HEADS = 4
const WIDTH = 32
const INNER = 64
const DRAWS = 100_000

interface SmallBert {
  readonly tokens: Held
  readonly segments: Held
  readonly positions: Held
  readonly blocks: readonly SmallBlock[]
}

function build(backend: Backend, layers: number): SmallBert {
  const { tensors } = backend
  const table = (rows: number, seed: number): Held => tensors.randomNormal([rows, WIDTH], 0, 1, "float32", seed)
  const small = { width: WIDTH, heads: HEADS, hidden: INNER }
  return {
    tokens: table(VOCABULARY.length, 2),
    segments: table(SEGMENTS, 3),
    positions: table(64, 4),
    blocks: Array.from({ length: layers }, (_, at) => smallBlock(backend, small, 30 + 10 * at)),
  }
}

type Text = Pick<Formatted, "ids" | "segments" | "mask">

const picked = ({ tensors }: Backend, table: Held, ids: readonly number[]): Held =>
  tensors.concat(
    ids.map((id) => tensors.slice(table, [id, 0], [1, WIDTH])),
    0,
  )

/** The last vectors; normalised after each part, as BERT does. */
function run(backend: Backend, { tokens, segments, positions, blocks }: SmallBert, text: Text, isMasked = true): Held {
  const { tensors } = backend
  const length = text.ids.length
  const parts = [picked(backend, tokens, text.ids), picked(backend, segments, text.segments), rowsOf(backend, positions, 0, length)]
  let x = normalised(
    backend,
    parts.reduce((sum, part) => tensors.add(sum, part)),
  )
  const mask = isMasked ? paddingMask(backend, text) : undefined
  for (const block of blocks) {
    const mixed = attended(backend, x, keptOf(backend, x, block.attention), block.attention, HEADS, mask).result
    const middle = normalised(backend, tensors.add(x, mixed))
    x = normalised(backend, tensors.add(middle, fed(backend, middle, block)))
  }
  return x
}

const paddingMask = (backend: Backend, { mask }: Text): Held =>
  backend.tensor(
    Float32Array.from(mask, (id) => (id === 0 ? FORBIDDEN : 0)),
    [1, mask.length],
  )

const padded = (text: Text, more: number): Text => {
  const zeros = Array.from({ length: more }, () => 0)
  return { ids: [...text.ids, ...zeros], segments: [...text.segments, ...zeros], mask: [...text.mask, ...zeros] }
}

export async function checkBert(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const sizes = readBert(knobs)
  const layers = Math.min(sizes.layers, MOST_LAYERS)
  const small = build(backend, layers)
  const text = formatted(knobs)
  return {
    backend: backend.name,
    rows: [
      ...(await exampleRows(backend, text)),
      ...(await effectRows(backend, small, text)),
      ...(await shareRows(backend)),
      parameterRow(small, sizes, layers),
    ],
    timings: [],
    note: `A BERT with random weights, without bias and with fixed normalisation: ${layers} blocks instead of ${sizes.layers}, width ${WIDTH} instead of ${grouped(sizes.width)}, ${HEADS} heads, on the text of the picture.`,
  }
}

/** The picture's vectors added, and its head at [CLS], whose weights must leave padding out. */
async function exampleRows(backend: Backend, text: Formatted): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const vector = (values: readonly number[]): Held => backend.tensor(Float32Array.from(values), [SIZE])
  const sum = tensors.add(
    tensors.add(vector(tokenVector(text.ids[1] ?? 0)), vector(segmentVector(text.segments[1] ?? 0))),
    vector(positionVector(1)),
  )
  const [first = Number.NaN] = await backend.values(sum)
  const keys = backend.tensor(Float32Array.from(text.ids.flatMap((_, at) => [...keyOf(text, at)])), [text.ids.length, SIZE])
  const query = backend.tensor(Float32Array.from(queryOf(text, 0)), [1, SIZE])
  const scores = tensors.div(tensors.matMul(query, keys, false, true), Math.sqrt(SIZE))
  const weights = tensors.softmax(tensors.add(scores, paddingMask(backend, text)))
  const padding = await backend.number(
    tensors.sum(tensors.mul(weights, tensors.sub(1, backend.tensor(Float32Array.from(text.mask), [1, text.mask.length])))),
  )
  return [
    comparedNumber("First number of position 1 of the picture", summed(text, 1)[0] ?? 0, first),
    comparedNumber(
      "Largest weight of the picture's head at [CLS]",
      Math.max(...attentionAt(text, 0)),
      await backend.number(tensors.max(weights)),
    ),
    { what: "and its weights of all padding together", predicted: "0", measured: String(padding), agrees: padding === 0 },
  ]
}

async function effectRows(backend: Backend, small: SmallBert, text: Formatted): Promise<readonly CheckRow[]> {
  const last = text.real - 2
  const other = text.ids.map((id, at) => (at === last ? (id === idOf("cat") ? idOf("night") : idOf("cat")) : id))
  const flipped = text.segments.map((segment, at) => (text.mask[at] === 0 ? segment : 1 - segment))
  const plain = run(backend, small, text)
  const moved = async (changed: Text, isMasked = true, base = plain): Promise<number> =>
    backend.number(distanceOf(backend, rowsOf(backend, base, 0, 1), rowsOf(backend, run(backend, small, changed, isMasked), 0, 1)))
  const [later, segments, more] = [
    await moved({ ...text, ids: other }),
    await moved({ ...text, segments: flipped }),
    await moved(padded(text, 5)),
  ]
  const unmasked = await moved(padded(text, 5), false, run(backend, small, text, false))
  const above = (what: string, value: number): CheckRow => ({
    what,
    predicted: "more than 0",
    measured: value.toFixed(4),
    agrees: value > 1e-3,
  })
  return [
    above(`C moves when the token at position ${last} is another one, by`, later),
    above("C moves when the sentences' segments are exchanged, by", segments),
    { what: "C moves with 5 more [PAD], by", predicted: "0, up to rounding", measured: more.toExponential(1), agrees: more < 1e-4 },
    above("and without mask ids, by", unmasked),
  ]
}

/** Hidden tokens drawn as pre-training does; five standard deviations are allowed. */
async function shareRows(backend: Backend): Promise<readonly CheckRow[]> {
  const chances = await backend.values(backend.tensors.randomUniform([DRAWS], 0, 1, "float32", 17))
  const shares = [
    ["[MASK]", 0.8],
    ["another token", 0.1],
    ["left as it is", 0.1],
  ] as const
  return shares.map(([how, share]) => {
    const measured = chances.reduce((sum, chance) => sum + Number(hidingOf(chance) === how), 0) / DRAWS
    const tolerance = 5 * Math.sqrt((share * (1 - share)) / DRAWS)
    return {
      what: `Of ${grouped(DRAWS)} hidden tokens: ${how}`,
      predicted: `${(100 * share).toFixed(0)} % ± ${(100 * tolerance).toFixed(1)}`,
      measured: `${(100 * measured).toFixed(2)} %`,
      agrees: Math.abs(measured - share) <= tolerance,
    }
  })
}

/** The formula against the weights that were made: without biases, normalisation, and the layer behind C. */
function parameterRow({ tokens, segments, positions, blocks }: SmallBert, sizes: BertSizes, layers: number): CheckRow {
  const alike: BertSizes = {
    ...sizes,
    layers,
    width: WIDTH,
    inner: INNER,
    vocabulary: VOCABULARY.length,
    positions: positions.shape[0] ?? 0,
  }
  const { encoder, pooler } = bertParameters(alike)
  const left = pooler + 2 * WIDTH + layers * (4 * WIDTH + INNER + WIDTH + 4 * WIDTH)
  const made = blocks
    .flatMap(({ attention, into, out }) => [...attention, into, out])
    .reduce((sum, { size }) => sum + size, tokens.size + segments.size + positions.size)
  return compared("Weights of the small one, biases and normalisation left out", grouped(encoder - left), grouped(made))
}
