/** A transformer of a few blocks as tensors, for checks: attention with any mask, feed-forward, normalisation, and keys and values that can be kept. */
import type { Backend } from "../backend.ts"
import type { Held } from "../tensors.ts"

export interface Small {
  readonly width: number
  readonly heads: number
  readonly hidden: number
}

/** Weights of one attention: query, key, value, output. */
export type Projections = readonly [Held, Held, Held, Held]

export interface SmallBlock {
  readonly attention: Projections
  readonly into: Held
  readonly out: Held
}

export interface Kept {
  readonly keys: Held
  readonly values: Held
}

/** Added to a score to forbid it: e^−1e9 is exactly 0. */
export const FORBIDDEN = -1e9

/** [queries, keys]: 0 where `isAllowed`, else FORBIDDEN. */
export function maskOf(backend: Backend, queries: number, keys: number, isAllowed: (query: number, key: number) => boolean): Held {
  const values = Float32Array.from({ length: queries * keys }, (_, at) => (isAllowed(Math.floor(at / keys), at % keys) ? 0 : FORBIDDEN))
  return backend.tensor(values, [queries, keys])
}

const random = ({ tensors }: Backend, shape: readonly number[], seed: number): Held =>
  tensors.randomNormal(shape, 0, 1 / Math.sqrt(shape[0] ?? 1), "float32", seed)

export function projections(backend: Backend, { width }: Small, seed: number): Projections {
  const one = (at: number): Held => random(backend, [width, width], seed + at)
  return [one(0), one(1), one(2), one(3)]
}

export const smallBlock = (backend: Backend, small: Small, seed: number): SmallBlock => ({
  attention: projections(backend, small, seed),
  into: random(backend, [small.width, small.hidden], seed + 4),
  out: random(backend, [small.hidden, small.width], seed + 5),
})

/** Each row to mean 0 and variance 1. */
export function normalised({ tensors }: Backend, x: Held): Held {
  const centred = tensors.sub(x, tensors.mean(x, 1, true))
  return tensors.div(centred, tensors.sqrt(tensors.add(tensors.mean(tensors.square(centred), 1, true), 1e-5)))
}

/** [positions, width] → [heads, positions, width ÷ heads] */
function apart({ tensors }: Backend, x: Held, heads: number): Held {
  const [positions = 0, width = 0] = x.shape
  return tensors.transpose(tensors.reshape(x, [positions, heads, width / heads]), [1, 0, 2])
}

export const keptOf = (backend: Backend, memory: Held, [, key, value]: Projections): Kept => ({
  keys: backend.tensors.matMul(memory, key),
  values: backend.tensors.matMul(memory, value),
})

/** Queries from `x`, keys and values as given; the weights are [heads, queries, keys]. */
export function attended(backend: Backend, x: Held, { keys, values }: Kept, projected: Projections, heads: number, mask?: Held) {
  const { tensors } = backend
  const [query, , , output] = projected
  const [positions = 0, width = 0] = x.shape
  const scores = tensors.div(
    tensors.matMul(apart(backend, tensors.matMul(x, query), heads), apart(backend, keys, heads), false, true),
    Math.sqrt(width / heads),
  )
  const weights = tensors.softmax(mask ? tensors.add(scores, mask) : scores)
  const mixed = tensors.matMul(weights, apart(backend, values, heads))
  const joined = tensors.reshape(tensors.transpose(mixed, [1, 0, 2]), [positions, width])
  return { result: tensors.matMul(joined, output), weights }
}

export const fed = ({ tensors }: Backend, x: Held, { into, out }: SmallBlock): Held =>
  tensors.matMul(tensors.relu(tensors.matMul(x, into)), out)

/** Normalised before each part, as GPT-2 does; `before` are keys and values of earlier positions. */
export function blockOf(backend: Backend, x: Held, block: SmallBlock, heads: number, mask?: Held, before?: Kept) {
  const { tensors } = backend
  const calm = normalised(backend, x)
  const own = keptOf(backend, calm, block.attention)
  const kept = before ? { keys: tensors.concat([before.keys, own.keys], 0), values: tensors.concat([before.values, own.values], 0) } : own
  const middle = tensors.add(x, attended(backend, calm, kept, block.attention, heads, mask).result)
  return { result: tensors.add(middle, fed(backend, normalised(backend, middle), block)), kept }
}

/** The largest distance between two tensors of one shape. */
export const distanceOf = ({ tensors }: Backend, one: Held, other: Held): Held => tensors.max(tensors.abs(tensors.sub(one, other)))

/** Rows of a matrix. */
export const rowsOf = ({ tensors }: Backend, x: Held, from: number, count: number): Held =>
  tensors.slice(x, [from, 0], [count, x.shape[1] ?? 1])
