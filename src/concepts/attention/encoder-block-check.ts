/** Check of the encoder block: who sees whom in each part, what a block of zeros does, and how the stream's spread goes, for both orders. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { CAME, encoderCosts, type EncoderSizes, MADE, normal, readEncoder, sumOf } from "./encoder-sizes.ts"
import { attended, distanceOf, fed, keptOf, normalised, rowsOf, type SmallBlock, smallBlock } from "./small-transformer.ts"

const MOST_WIDTH = 64
const MOST_INNER = 128
const POSITIONS = 8
const DEPTH = 6

function smaller(sizes: EncoderSizes): EncoderSizes {
  const heads = Math.min(sizes.heads, 4)
  const width = Math.max(heads, Math.min(sizes.width, MOST_WIDTH))
  return {
    ...sizes,
    heads,
    width: width - (width % heads),
    inner: Math.min(sizes.inner, MOST_INNER),
    length: Math.max(2, Math.min(sizes.length, POSITIONS)),
    hasBias: false,
  }
}

function around(backend: Backend, x: Held, isNormFirst: boolean, part: (x: Held) => Held): Held {
  const { tensors } = backend
  return isNormFirst ? tensors.add(x, part(normalised(backend, x))) : normalised(backend, tensors.add(x, part(x)))
}

function run(backend: Backend, x: Held, block: SmallBlock, heads: number, isNormFirst: boolean): Held {
  const seen = around(
    backend,
    x,
    isNormFirst,
    (y) => attended(backend, y, keptOf(backend, y, block.attention), block.attention, heads).result,
  )
  return around(backend, seen, isNormFirst, (y) => fed(backend, y, block))
}

export async function checkEncoderBlock(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readEncoder(knobs)
  const sizes = smaller(real)
  const { width, heads, inner, length, isNormFirst } = sizes
  const block = smallBlock(backend, { width, heads, hidden: inner }, 60)
  const x = backend.tensors.randomNormal([length, width], 0, 1, "float32", 11)
  const made = [...block.attention, block.into, block.out].reduce((sum, { size }) => sum + size, 0)
  const counted = sumOf(
    encoderCosts(sizes).filter(({ name }) => name !== "normalisations"),
    "parameters",
  )
  return {
    backend: backend.name,
    rows: [
      await exampleRow(backend),
      ...(await seenRows(backend, x, block, sizes)),
      ...(width > 1 ? [...(await zeroRows(backend, x, block, heads)), ...(width >= 8 ? await spreadRows(backend, x, sizes) : [])] : []),
      compared("Weights of the small one, without normalisation", grouped(counted), grouped(made)),
    ],
    timings: [],
    note: `Blocks with random weights, without bias and with fixed normalisation, ${isNormFirst ? "pre-norm" : "post-norm"} unless said: width ${width} instead of ${grouped(real.width)}, ${heads} heads, ${length} positions.`,
  }
}

/** The picture's position: the sum, normalised. */
async function exampleRow(backend: Backend): Promise<CheckRow> {
  const sum = CAME.map((value, at) => value + (MADE[at] ?? 0))
  const executed = await backend.values(normalised(backend, backend.tensor(Float32Array.from(sum), [1, sum.length])))
  return comparedNumber("First number of the picture's normalised sum", normal(sum)[0] ?? 0, executed[0] ?? 0)
}

async function seenRows(
  backend: Backend,
  x: Held,
  block: SmallBlock,
  { heads, length, width, isNormFirst }: EncoderSizes,
): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const other = tensors.concat([rowsOf(backend, x, 0, length - 1), tensors.randomNormal([1, width], 0, 1, "float32", 12)], 0)
  const first = (from: Held): Held => rowsOf(backend, run(backend, from, block, heads, isNormFirst), 0, 1)
  const moved = await backend.number(distanceOf(backend, first(x), first(other)))
  const alone = await backend.number(
    distanceOf(backend, fed(backend, rowsOf(backend, x, 0, 1), block), rowsOf(backend, fed(backend, x, block), 0, 1)),
  )
  return [
    ...(width > 2
      ? [
          {
            what: "The last position is another one: the first output moves by",
            predicted: "more than 0",
            measured: moved.toFixed(4),
            agrees: moved > 0,
          },
        ]
      : []),
    {
      what: "Feed-forward: the first position alone against all at once",
      predicted: "the same",
      measured: `differ by ${alone.toExponential(1)}`,
      agrees: alone < 1e-4,
    },
  ]
}

/** Weights of 0: the shortcut alone is left. */
async function zeroRows(backend: Backend, x: Held, block: SmallBlock, heads: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const zero = (weight: Held): Held => tensors.mul(weight, 0)
  const [query, key, value, output] = block.attention
  const empty: SmallBlock = { attention: [zero(query), zero(key), zero(value), zero(output)], into: zero(block.into), out: zero(block.out) }
  const apart = async (isNormFirst: boolean): Promise<number> =>
    backend.number(distanceOf(backend, x, run(backend, x, empty, heads, isNormFirst)))
  const [before, after] = [await apart(true), await apart(false)]
  return [
    { what: "All weights 0, pre-norm: what came in comes out, up to", predicted: "0", measured: String(before), agrees: before === 0 },
    { what: "All weights 0, post-norm: it is changed by", predicted: "more than 0", measured: after.toFixed(3), agrees: after > 0 },
  ]
}

async function spreadRows(backend: Backend, x: Held, { width, heads, inner }: EncoderSizes): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const blocks = Array.from({ length: DEPTH }, (_, at) => smallBlock(backend, { width, heads, hidden: inner }, 100 + 10 * at))
  const spread = async (isNormFirst: boolean): Promise<number> => {
    const out = blocks.reduce((y, block) => run(backend, y, block, heads, isNormFirst), normalised(backend, x))
    const centred = tensors.sub(out, tensors.mean(out, 1, true))
    return Math.sqrt(await backend.number(tensors.mean(tensors.square(centred))))
  }
  const [after, before] = [await spread(false), await spread(true)]
  return [
    {
      what: `Spread after ${DEPTH} blocks, post-norm (within 1 %)`,
      predicted: "1",
      measured: after.toFixed(3),
      agrees: Math.abs(after - 1) < 0.01,
    },
    { what: `Spread after ${DEPTH} blocks, pre-norm: it grows`, predicted: "more than 1", measured: before.toFixed(3), agrees: before > 1 },
  ]
}
