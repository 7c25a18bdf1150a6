/** Check of the decoder block: what a written and a read token reach, whether the order of what is read matters, and writing step by step. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { DEPTH, keyAt, LOGIT_SCALE, nextWords, queryAt, SOURCE, valueAt, WANTED } from "./decoder-example.ts"
import { decoderCosts, type DecoderSizes, readDecoder, totalOf } from "./decoder-sizes.ts"
import {
  attended,
  distanceOf,
  fed,
  keptOf,
  maskOf,
  normalised,
  type Projections,
  projections,
  rowsOf,
  type SmallBlock,
  smallBlock,
} from "./small-transformer.ts"

const MOST_WIDTH = 64
const MOST_INNER = 128
const MOST_TARGET = 8
const MOST_SOURCE = 10

/** The block's own sizes, as far as a moment allows. */
function smaller(sizes: DecoderSizes): DecoderSizes {
  const heads = Math.min(sizes.heads, 4)
  const width = Math.min(sizes.width, MOST_WIDTH)
  return {
    ...sizes,
    heads,
    width: Math.max(heads, width - (width % heads)),
    inner: Math.min(sizes.inner, MOST_INNER),
    target: Math.min(sizes.target, MOST_TARGET),
    source: Math.min(sizes.source, MOST_SOURCE),
    hasBias: false,
  }
}

interface SmallDecoder {
  readonly sizes: DecoderSizes
  readonly own: SmallBlock
  readonly crossing: Projections
}

/** A shortcut around a part, normalised before or after it. */
function around(backend: Backend, x: Held, isNormFirst: boolean, part: (x: Held) => Held): Held {
  const { tensors } = backend
  return isNormFirst ? tensors.add(x, part(normalised(backend, x))) : normalised(backend, tensors.add(x, part(x)))
}

/** `before`: what earlier positions left for this one to see, as the self-attention reads it. */
function run(backend: Backend, { sizes, own, crossing }: SmallDecoder, written: Held, memory: Held, before?: Held) {
  const { heads, isNormFirst } = sizes
  const count = written.shape[0] ?? 0
  const mask = before ? undefined : maskOf(backend, count, count, (query, key) => key <= query)
  let read: Held = written
  const seen = around(backend, written, isNormFirst, (x) => {
    read = before ? backend.tensors.concat([before, x], 0) : x
    return attended(backend, x, keptOf(backend, read, own.attention), own.attention, heads, mask).result
  })
  let weights: Held = memory
  const crossed = around(backend, seen, isNormFirst, (x) => {
    const found = attended(backend, x, keptOf(backend, memory, crossing), crossing, heads)
    weights = found.weights
    return found.result
  })
  return { result: around(backend, crossed, isNormFirst, (x) => fed(backend, x, own)), read, weights }
}

export async function checkDecoderBlock(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readDecoder(knobs)
  const sizes = smaller(real)
  const { tensors } = backend
  const small = { width: sizes.width, heads: sizes.heads, hidden: sizes.inner }
  const decoder: SmallDecoder = { sizes, own: smallBlock(backend, small, 60), crossing: projections(backend, small, 70) }
  const written = tensors.randomNormal([sizes.target, sizes.width], 0, 1, "float32", 11)
  const memory = tensors.randomNormal([sizes.source, sizes.width], 0, 1, "float32", 12)
  return {
    backend: backend.name,
    rows: [
      await exampleRow(backend),
      ...(await effectRows(backend, decoder, written, memory)),
      await stepRow(backend, decoder, written, memory),
      parameterRow(decoder),
    ],
    timings: [],
    note: `A block with random weights, without bias and with fixed normalisation: width ${sizes.width} instead of ${grouped(real.width)}, ${sizes.heads} heads, ${sizes.target} written and ${sizes.source} read positions.`,
  }
}

/** The picture's third position, in tensors. */
async function exampleRow(backend: Backend): Promise<CheckRow> {
  const { tensors } = backend
  const matrix = (rows: readonly (readonly number[])[]): Held =>
    backend.tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0])
  const [keys, values] = [matrix(SOURCE.map((_, at) => keyAt(at))), matrix(SOURCE.map((_, at) => valueAt(at)))]
  const weights = tensors.softmax(tensors.div(tensors.matMul(matrix([queryAt(2)]), keys, false, true), Math.sqrt(DEPTH)))
  const next = await backend.values(tensors.softmax(tensors.mul(tensors.matMul(weights, values), LOGIT_SCALE)))
  return comparedNumber(`Probability of “${WANTED[2]}” at the picture's third position`, nextWords(2)[2] ?? 0, next[2] ?? 0)
}

async function effectRows(backend: Backend, decoder: SmallDecoder, written: Held, memory: Held): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { target, source, width, heads } = decoder.sizes
  const plain = run(backend, decoder, written, memory)
  const replaced = (x: Held, at: number): Held => {
    const noise = tensors.randomNormal([1, width], 0, 1, "float32", 13)
    const [before, after] = [
      at > 0 ? [rowsOf(backend, x, 0, at)] : [],
      at + 1 < (x.shape[0] ?? 0) ? [rowsOf(backend, x, at + 1, (x.shape[0] ?? 0) - at - 1)] : [],
    ]
    return tensors.concat([...before, noise, ...after], 0)
  }
  const moved = async (other: Held): Promise<Float32Array> => backend.values(tensors.max(tensors.abs(tensors.sub(plain.result, other)), 1))
  const changed = Math.floor(target / 2)
  const own = await moved(run(backend, decoder, replaced(written, changed), memory).result)
  const reading = await moved(run(backend, decoder, written, replaced(memory, 0)).result)
  const backwards = run(backend, decoder, written, tensors.gather(memory, tensors.range(source - 1, -1, -1, "int32"))).result
  const reordered = Math.max(...(await moved(backwards)))
  const [earlier, later] = [own.slice(0, changed), own.slice(changed)]
  const total = await backend.number(tensors.sum(plain.weights))
  return [
    ...(changed > 0
      ? [
          {
            what: `Written token ${changed + 1} is another one: outputs before it move by`,
            predicted: "0",
            measured: String(Math.max(...earlier)),
            agrees: earlier.every((by) => by === 0),
          },
        ]
      : []),
    {
      what: "and outputs from it on, at least by",
      predicted: "more than 0",
      measured: Math.min(...later).toFixed(4),
      agrees: later.every((by) => by > 0),
    },
    {
      what: "First read token is another one: every output moves, at least by",
      predicted: "more than 0",
      measured: Math.min(...reading).toFixed(4),
      agrees: reading.every((by) => by > 0),
    },
    {
      what: "Read tokens in reverse order: outputs move by",
      predicted: "0, up to rounding",
      measured: reordered.toExponential(1),
      agrees: reordered < 1e-4,
    },
    comparedNumber(`Cross-attention weights, ${heads} × ${target} × ${source}, summed`, heads * target, total),
  ]
}

/** Each position alone, seeing what those before it left; all of them against one pass under the mask. */
async function stepRow(backend: Backend, decoder: SmallDecoder, written: Held, memory: Held): Promise<CheckRow> {
  const { tensors } = backend
  const whole = run(backend, decoder, written, memory)
  const steps: Held[] = []
  let before: Held | undefined
  for (let at = 0; at < decoder.sizes.target; at++) {
    const step = run(backend, decoder, rowsOf(backend, written, at, 1), memory, before)
    before = step.read
    steps.push(step.result)
  }
  const apart = await backend.number(distanceOf(backend, whole.result, tensors.concat(steps, 0)))
  return {
    what: `${steps.length} positions one by one against all at once under the mask`,
    predicted: "the same",
    measured: `differ by ${apart.toExponential(1)}`,
    agrees: apart < 1e-3,
  }
}

/** The formula against the weights that were made; they have no normalisation weights. */
function parameterRow({ sizes, own, crossing }: SmallDecoder): CheckRow {
  const counted = totalOf(
    decoderCosts(sizes).filter(({ name }) => name !== "normalisations"),
    "parameters",
  )
  const made = [...own.attention, own.into, own.out, ...crossing].reduce((sum, { size }) => sum + size, 0)
  return compared("Weights of the small one, without normalisation", grouped(counted), grouped(made))
}
