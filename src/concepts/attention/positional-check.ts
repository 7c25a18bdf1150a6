/** Check of positions: rows as a product, attention with and without order, and dot products that know the distance only. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { pairsOf, positionWeights, type PositionSizes, readPositions, speedOf, tokenWeights } from "./positional-sizes.ts"
import { attended, distanceOf, keptOf, type Projections, projections, rowsOf } from "./small-transformer.ts"

const MOST_WIDTH = 64
const MOST_LENGTH = 24
const VOCABULARY = 12
const IDS = [3, 7, 1, 7, 5, 0] as const

const smaller = (sizes: PositionSizes): PositionSizes => ({
  ...sizes,
  width: Math.min(sizes.width, MOST_WIDTH),
  length: MOST_LENGTH,
  vocabulary: Math.min(sizes.vocabulary, VOCABULARY),
})

/** cos and sin of every position's angles, each [positions, pairs]. */
function hands({ tensors, ...backend }: Backend, sizes: PositionSizes, from = 0): readonly [Held, Held] {
  const speeds = Float32Array.from({ length: pairsOf(sizes) }, (_, pair) => speedOf(pair, sizes))
  const places = tensors.reshape(tensors.range(from, from + sizes.length, 1, "float32"), [sizes.length, 1])
  const angles = tensors.matMul(places, backend.tensor(speeds, [1, speeds.length]))
  return [tensors.cos(angles), tensors.sin(angles)]
}

/** [positions, width], sines in the first half and cosines in the second: the order of columns does not matter to a dot product. */
function tableOf(backend: Backend, sizes: PositionSizes): Held {
  const { tensors } = backend
  if (sizes.kind === "learned") return tensors.randomNormal([sizes.length, sizes.width], 0, 1, "float32", 5)
  const [cosines, sines] = hands(backend, sizes)
  return tensors.concat([sines, cosines], 1)
}

/** First numbers of all pairs in the first half, second ones in the second. */
function turnedRows(backend: Backend, x: Held, sizes: PositionSizes, from = 0): Held {
  const { tensors } = backend
  const [cosines, sines] = hands(backend, sizes, from)
  const [rows, pairs] = [x.shape[0] ?? 0, pairsOf(sizes)]
  const [left, right] = [tensors.slice(x, [0, 0], [rows, pairs]), tensors.slice(x, [0, pairs], [rows, pairs])]
  return tensors.concat(
    [
      tensors.sub(tensors.mul(left, cosines), tensors.mul(right, sines)),
      tensors.add(tensors.mul(left, sines), tensors.mul(right, cosines)),
    ],
    1,
  )
}

export async function checkPositions(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const real = readPositions(knobs)
  const sizes = smaller(real)
  const tokens = backend.tensors.randomNormal([sizes.vocabulary, sizes.width], 0, 1, "float32", 3)
  const weights = sizes.kind === "learned" ? tableOf(backend, sizes) : undefined
  return {
    backend: backend.name,
    rows: [
      await lookUpRow(backend, tokens),
      ...(await orderRows(backend, tokens, sizes)),
      ...(sizes.kind === "rotary" ? await turnRows(backend, sizes) : await distanceRows(backend, sizes)),
      compared(
        "Weights of the small tables",
        grouped(tokenWeights(sizes) + positionWeights(sizes)),
        grouped(tokens.size + (weights?.size ?? 0)),
      ),
    ],
    timings: [],
    note: `Random token vectors: width ${sizes.width} instead of ${grouped(real.width)}, ${sizes.vocabulary} tokens instead of ${grouped(real.vocabulary)}, ${sizes.length} positions.`,
  }
}

const idsIn = (tokens: Held): readonly number[] => IDS.map((id) => id % (tokens.shape[0] ?? 1))

const picked = (backend: Backend, tokens: Held, ids: readonly number[]): Held =>
  backend.tensors.concat(
    ids.map((id) => rowsOf(backend, tokens, id, 1)),
    0,
  )

async function lookUpRow(backend: Backend, tokens: Held): Promise<CheckRow> {
  const ids = idsIn(tokens)
  const [rows = 1] = tokens.shape
  const ones = Float32Array.from({ length: ids.length * rows }, (_, at) => (ids[Math.floor(at / rows)] === at % rows ? 1 : 0))
  const product = backend.tensors.matMul(backend.tensor(ones, [ids.length, rows]), tokens)
  const apart = await backend.number(distanceOf(backend, product, picked(backend, tokens, ids)))
  return {
    what: "Rows of the table against one-hot vectors times the table",
    predicted: "0",
    measured: String(apart),
    agrees: apart < 1e-6,
  }
}

/** A text and its reverse through one attention: the mean of all results knows the order only if positions are told. */
async function orderRows(backend: Backend, tokens: Held, sizes: PositionSizes): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  if (sizes.vocabulary < 8) return []
  const length = IDS.length
  const few = { ...sizes, length }
  const heads: Projections = projections(backend, { width: sizes.width, heads: 1, hidden: 1 }, 40)
  const result = (ids: readonly number[], isTold: boolean): Held => {
    const x = picked(backend, tokens, ids)
    const y = isTold && sizes.kind !== "rotary" ? tensors.add(x, rowsOf(backend, tableOf(backend, sizes), 0, length)) : x
    const kept = keptOf(backend, y, heads)
    if (!isTold || sizes.kind !== "rotary") return tensors.mean(attended(backend, y, kept, heads, 1).result, 0)
    const [query, key] = [tensors.matMul(y, heads[0]), kept.keys].map((each) => turnedRows(backend, each, few)) as [Held, Held]
    const scores = tensors.softmax(tensors.div(tensors.matMul(query, key, false, true), Math.sqrt(sizes.width)))
    return tensors.mean(tensors.matMul(tensors.matMul(scores, kept.values), heads[3]), 0)
  }
  const apart = async (isTold: boolean): Promise<number> =>
    backend.number(distanceOf(backend, result(IDS, isTold), result(IDS.toReversed(), isTold)))
  const [without, told] = [await apart(false), await apart(true)]
  return [
    {
      what: "Without positions a text and its reverse differ, after attention, by",
      predicted: "0, up to rounding",
      measured: without.toExponential(1),
      agrees: without < 1e-5,
    },
    { what: "and with them by", predicted: "more than 0.001", measured: told.toFixed(4), agrees: told > 1e-3 },
  ]
}

const DISTANCE = 3

async function distanceRows(backend: Backend, sizes: PositionSizes): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const table = tableOf(backend, sizes)
  const count = sizes.length - DISTANCE
  const products = await backend.values(
    tensors.sum(tensors.mul(rowsOf(backend, table, 0, count), rowsOf(backend, table, DISTANCE, count)), 1),
  )
  const spread = Math.max(...products) - Math.min(...products)
  const what = `Dot products of positions ${DISTANCE} apart, from ${count} places: they differ by`
  if (sizes.kind === "learned")
    return [{ what, predicted: "more than 0.1: nothing ties them", measured: spread.toFixed(3), agrees: spread > 0.1 }]
  const expected = Array.from({ length: pairsOf(sizes) }, (_, pair) => Math.cos(DISTANCE * speedOf(pair, sizes))).reduce((a, b) => a + b, 0)
  return [
    { what, predicted: "0, up to rounding", measured: spread.toExponential(1), agrees: spread < 1e-3 },
    comparedNumber(`Sum of cos ${DISTANCE}ω over all pairs, and that dot product`, expected, products[0] ?? 0),
  ]
}

/** The same query and key everywhere: their product may depend on the distance only, and their lengths must stay. */
async function turnRows(backend: Backend, sizes: PositionSizes): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const everywhere = (seed: number): Held => tensors.tile(tensors.randomNormal([1, sizes.width], 0, 1, "float32", seed), [sizes.length, 1])
  const [query, key] = [everywhere(8), everywhere(9)]
  const [asked, offered] = [turnedRows(backend, query, sizes), turnedRows(backend, key, sizes)]
  const count = sizes.length - DISTANCE
  const products = await backend.values(
    tensors.sum(tensors.mul(rowsOf(backend, asked, 0, count), rowsOf(backend, offered, DISTANCE, count)), 1),
  )
  const spread = Math.max(...products) - Math.min(...products)
  // q · R(k) k: only the key is turned, by the distance.
  const alone = await backend.values(tensors.sum(tensors.mul(query, turnedRows(backend, key, sizes, DISTANCE)), 1))
  const [before, after] = [query, asked].map((x) => tensors.sqrt(tensors.sum(tensors.square(x), 1))) as [Held, Held]
  const stretched = await backend.number(tensors.max(tensors.abs(tensors.sub(before, after))))
  return [
    {
      what: `One query and one key ${DISTANCE} apart, from ${count} places: their products differ by`,
      predicted: "0, up to rounding",
      measured: spread.toExponential(1),
      agrees: spread < 1e-3,
    },
    comparedNumber(`The product, and that with only the key turned by ${DISTANCE}`, alone[0] ?? 0, products[0] ?? 0),
    { what: "Turning changes lengths by", predicted: "0, up to rounding", measured: stretched.toExponential(1), agrees: stretched < 1e-4 },
  ]
}
