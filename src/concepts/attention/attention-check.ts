/** Check of attention: the example and one cell of many heads by hand, order and masks, the spread of dot products, and time against length. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped, short } from "../knobs.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { DEPTH, keyAt, queryAt, resultAt, valueAt, VOICE, wordsAsking, wordsRead } from "./attention-example.ts"
import { attentionMacs, type AttentionSizes, attentionParameters, ofLength, readAttention } from "./attention-sizes.ts"
import { attended, distanceOf, FORBIDDEN, keptOf, maskOf, type Projections, projections, rowsOf } from "./small-transformer.ts"

const MOST_WIDTH = 64
const MOST_POSITIONS = 10
const DRAWS = 20_000
const MOST_DEPTH = 256
/** Of the lengths that are timed, one the double of the other. */
const LENGTHS = 4
const LONGEST = 1024

function smaller(sizes: AttentionSizes): AttentionSizes {
  const heads = Math.min(sizes.heads, 4)
  const depth = Math.max(1, Math.min(sizes.depth, Math.floor(MOST_WIDTH / heads)))
  return {
    ...sizes,
    heads,
    depth,
    width: heads * depth,
    queries: Math.min(sizes.queries, MOST_POSITIONS),
    keys: Math.min(sizes.keys, MOST_POSITIONS),
    hasBias: false,
    isProjected: true,
    scoring: "scaled",
  }
}

export async function checkAttention(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readAttention(knobs)
  const sizes = smaller(real)
  const weights = projections(backend, { width: sizes.width, heads: sizes.heads, hidden: 1 }, 80)
  const { tensors } = backend
  const asking = tensors.randomNormal([sizes.queries, sizes.width], 0, 1, "float32", 91)
  const read = sizes.reading === "cross" ? tensors.randomNormal([sizes.keys, sizes.width], 0, 1, "float32", 92) : asking
  const measured = await timed(backend, real)
  return {
    backend: backend.name,
    rows: [
      await exampleRow(backend, real),
      await handRow(backend, sizes, weights, asking, read),
      ...(await orderRows(backend, sizes, weights, asking, read)),
      await spreadRow(backend, real),
      compared("Weights of the small one", grouped(attentionParameters(sizes)), grouped(weights.reduce((sum, { size }) => sum + size, 0))),
    ],
    timings: measured.timings,
    picture: measured.picture,
    note: `Scaled dot products with random weights and no bias: width ${sizes.width} instead of ${grouped(real.width)}, ${sizes.heads} heads, ${sizes.queries} positions reading ${sizes.keys}. Timed: scores, softmax and mixture of one head of ${measured.depth} numbers.`,
  }
}

/** The last word of the picture, in tensors. */
async function exampleRow(backend: Backend, { reading, scoring }: AttentionSizes): Promise<CheckRow> {
  const { tensors } = backend
  const asking = wordsAsking(reading)
  const matrix = (rows: readonly (readonly number[])[]): Held =>
    backend.tensor(Float32Array.from(rows.flat()), [rows.length, rows[0]?.length ?? 0])
  const queries = matrix(asking.map((_, at) => queryAt(at, reading, scoring)))
  const [keys, values] = [matrix(wordsRead.map((_, at) => keyAt(at))), matrix(wordsRead.map((_, at) => valueAt(at)))]
  const products = tensors.matMul(queries, keys, false, true)
  const pairs = tensors.add(tensors.expandDims(queries, 1), tensors.expandDims(keys, 0))
  const scores = {
    scaled: () => tensors.div(products, Math.sqrt(DEPTH)),
    dot: () => products,
    additive: () => tensors.sum(tensors.mul(tensors.tanh(pairs), VOICE), 2),
  }[scoring]()
  const mask = maskOf(backend, asking.length, wordsRead.length, (query, key) => reading !== "causal" || key <= query)
  const mixed = await backend.values(tensors.matMul(tensors.softmax(tensors.add(scores, mask)), values))
  const last = asking.length - 1
  return comparedNumber(
    `Result of “${asking[last]}” in the picture, first number`,
    resultAt(last, reading, scoring)[0] ?? 0,
    mixed[2 * last] ?? 0,
  )
}

const maskFor = (backend: Backend, { reading, queries, keys }: AttentionSizes): Held | undefined =>
  reading === "causal" ? maskOf(backend, queries, keys, (query, key) => key <= query) : undefined

/** One number of the result, with every sum written out. */
async function handRow(backend: Backend, sizes: AttentionSizes, weights: Projections, asking: Held, read: Held): Promise<CheckRow> {
  const { heads, width, queries, keys, depth, reading } = sizes
  const [x, m] = [await backend.values(asking), await backend.values(read)]
  const [toQuery, toKey, toValue, toResult] = await Promise.all(weights.map((weight) => backend.values(weight)))
  const product = (rows: Float32Array, row: number, matrix: Float32Array | undefined, column: number): number => {
    let sum = 0
    for (let at = 0; at < width; at++) sum += (rows[row * width + at] ?? 0) * (matrix?.[at * width + column] ?? 0)
    return sum
  }
  const position = queries - 1
  let result = 0
  for (let head = 0; head < heads; head++) {
    const columns = Array.from({ length: depth }, (_, at) => head * depth + at)
    const asked = columns.map((column) => product(x, position, toQuery, column))
    const scores = Array.from({ length: keys }, (_, place) =>
      reading === "causal" && place > position
        ? FORBIDDEN
        : columns.reduce((sum, column, at) => sum + (asked[at] ?? 0) * product(m, place, toKey, column), 0) / Math.sqrt(depth),
    )
    const most = Math.max(...scores)
    const powers = scores.map((score) => Math.exp(score - most))
    const whole = powers.reduce((sum, power) => sum + power, 0)
    for (const column of columns) {
      const mixed = powers.reduce((sum, power, place) => sum + (power / whole) * product(m, place, toValue, column), 0)
      result += mixed * (toResult?.[column * width] ?? 0)
    }
  }
  const executed = await backend.values(
    attended(backend, asking, keptOf(backend, read, weights), weights, heads, maskFor(backend, sizes)).result,
  )
  return comparedNumber(`${heads} heads, joined and projected: one number by hand`, result, executed[position * width] ?? 0)
}

async function orderRows(
  backend: Backend,
  sizes: AttentionSizes,
  weights: Projections,
  asking: Held,
  read: Held,
): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { queries, keys, heads, width, reading } = sizes
  const run = (x: Held, m: Held) => attended(backend, x, keptOf(backend, m, weights), weights, heads, maskFor(backend, sizes))
  const plain = run(asking, read)
  const total = comparedNumber(
    `Weights of ${heads} heads and ${queries} positions, summed`,
    heads * queries,
    await backend.number(tensors.sum(plain.weights)),
  )
  if (keys < 2) return [total]
  const turned = (x: Held): Held => tensors.gather(x, tensors.range((x.shape[0] ?? 1) - 1, -1, -1, "int32"))
  if (reading === "causal") {
    const fresh = tensors.concat([rowsOf(backend, asking, 0, queries - 1), tensors.randomNormal([1, width], 0, 1, "float32", 93)], 0)
    const changed = run(fresh, fresh).result
    const before = await backend.number(
      distanceOf(backend, rowsOf(backend, plain.result, 0, queries - 1), rowsOf(backend, changed, 0, queries - 1)),
    )
    return [
      total,
      {
        what: "The last position is another one: results before it move by",
        predicted: "0",
        measured: String(before),
        agrees: before === 0,
      },
    ]
  }
  const [expected, found] =
    reading === "cross"
      ? [plain.result, run(asking, turned(read)).result]
      : [turned(plain.result), run(turned(asking), turned(asking)).result]
  const moved = await backend.number(distanceOf(backend, expected, found))
  return [
    total,
    {
      what:
        reading === "cross"
          ? "What is read in reverse order: results move by"
          : "Everything in reverse order: the same results, reversed, up to",
      predicted: "0, up to rounding",
      measured: moved.toExponential(1),
      agrees: moved < 1e-4,
    },
  ]
}

/** Dot products of two vectors of independent numbers that spread by 1. */
async function spreadRow(backend: Backend, { depth }: AttentionSizes): Promise<CheckRow> {
  const { tensors } = backend
  const size = Math.min(depth, MOST_DEPTH)
  const draws = Math.floor(DRAWS / Math.max(1, size / 16))
  const draw = (seed: number): Held => tensors.randomNormal([draws, size], 0, 1, "float32", seed)
  const products = tensors.sum(tensors.mul(draw(101), draw(102)), 1)
  const measured = Math.sqrt(await backend.number(tensors.mean(tensors.square(products))))
  const predicted = Math.sqrt(size)
  return {
    what: `Spread of ${grouped(draws)} dot products of ${size} random numbers (within 12 %)`,
    predicted: `√${size} = ${predicted.toFixed(2)}`,
    measured: measured.toFixed(2),
    agrees: Math.abs(measured / predicted - 1) < 0.12,
  }
}

/** Scores, softmax, mixture of one head, at lengths that double. */
async function timed(backend: Backend, real: AttentionSizes) {
  const { tensors } = backend
  const depth = Math.min(real.depth, 64)
  const one: AttentionSizes = { ...real, heads: 1, depth, width: depth, reading: "self" }
  let longest = LONGEST
  while (attentionMacs(ofLength(one, longest)).mixing > backend.macsPerRun && longest > 64) longest /= 2
  const lengths = Array.from({ length: LENGTHS }, (_, at) => longest / 2 ** (LENGTHS - 1 - at))
  const runs = lengths.map((length) => {
    const [q, k, v] = [1, 2, 3].map((seed) => tensors.randomNormal([length, depth], 0, 1, "float32", seed)) as [Held, Held, Held]
    return () => tensors.matMul(tensors.softmax(tensors.div(tensors.matMul(q, k, false, true), Math.sqrt(depth))), v)
  })
  const measured = await backend.time(...runs)
  const timings = lengths.map((length, at) => ({
    what: `${grouped(length)} positions, ${short(length * length)} scores`,
    macs: attentionMacs(ofLength(one, length)).mixing,
    milliseconds: measured[at]?.milliseconds ?? 0,
    runs: measured[at]?.runs ?? 0,
  }))
  return {
    timings,
    depth,
    picture: curve(
      lengths,
      timings.map(({ milliseconds }) => milliseconds),
    ),
  }
}

function curve(lengths: readonly number[], times: readonly number[]): Scene {
  const longest = lengths.at(-1) ?? 1
  const last = times.at(-1) ?? 1
  const top = Math.max(...times, last)
  const points = lengths.map((length, at): readonly [number, number] => [length, times[at] ?? 0])
  const square = Array.from({ length: 33 }, (_, at): readonly [number, number] => [(longest * at) / 32, last * (at / 32) ** 2])
  return {
    title: "Time against length",
    description: `Measured milliseconds at ${lengths.join(", ")} positions: ${times.map((time) => time.toFixed(2)).join(", ")}. The dashed curve is the square of the length.`,
    content: {
      kind: "plot",
      id: "time",
      label: "time of one head against length",
      width: 320,
      height: 170,
      x: { label: "positions", from: 0, to: longest, ticks: [0, ...lengths.slice(1)] },
      y: { label: "ms", from: 0, to: top },
      curves: [
        { tone: "plain", name: "the square, through the last point", points: square, isDashed: true },
        { tone: "second", name: "measured", points },
      ],
      dots: points.map(([x, y]) => ({ x, y, tone: "second", hint: `${grouped(x)} positions: ${y.toFixed(2)} ms` })),
    },
  }
}
