/** TensorFlow.js as the backend of live checks, whichever of its engines is set. */
import type * as Tensorflow from "@tensorflow/tfjs-core"
import type { Backend, Measurement, Sliding } from "../concepts/backend.ts"
import type { Held, Player, Tensors, Training } from "../concepts/tensors.ts"

export type Library = typeof Tensorflow

/** Enough for a median. */
const MOST_RUNS = 15
const LEAST_RUNS = 3
/** Of all runs of a check together, the first ones included. */
const MILLISECONDS = 1500

/** The library's tensors are what we hand out. */
const inner = (held: Held): Tensorflow.Tensor4D => held as unknown as Tensorflow.Tensor4D

type Convolve = (
  image: Tensorflow.Tensor4D,
  strides: [number, number],
  padding: Tensorflow.backend_util.ExplicitPadding,
  dilations: [number, number],
) => Tensorflow.Tensor4D

export function backendOf(tf: Library, name: string, macsPerRun: number): Backend {
  tf.engine().startScope()
  return {
    name,
    macsPerRun,
    randomNormal: (shape) => tf.randomNormal([...shape]),
    tensor: (values, shape) => tf.tensor(values, [...shape]),
    conv2d: (image, kernel, sliding) =>
      slide(tf, image, sliding, (pixels, ...rest) => tf.conv2d(pixels, inner(kernel), rest[0], rest[1], "NHWC", rest[2])),
    depthwiseConv2d: (image, kernel, sliding) =>
      slide(tf, image, sliding, (pixels, ...rest) => tf.depthwiseConv2d(pixels, inner(kernel), rest[0], rest[1], "NHWC", rest[2])),
    separableConv2d: (image, depthwise, pointwise, sliding) => {
      // The library's own separableConv2d knows only the words same and valid for padding.
      const spatial = slide(tf, image, sliding, (pixels, ...rest) =>
        tf.depthwiseConv2d(pixels, inner(depthwise), rest[0], rest[1], "NHWC", rest[2]),
      )
      return tf.conv2d(inner(spatial), inner(pointwise), 1, "valid")
    },
    maxPool: (image, size, sliding) => pool(tf, inner(image), [...size], sliding),
    concat: (parts, axis) => tf.concat(parts.map(inner), axis),
    split: (whole, pieces, axis) => tf.split(inner(whole), pieces, axis),
    add: (left, right) => tf.add(inner(left), inner(right)),
    values: async (tensor) => (await inner(tensor).data()) as Float32Array,
    number: async (scalar) => (await inner(scalar).data())[0] ?? Number.NaN,
    // Names and argument orders are the library's own, so the library itself serves.
    tensors: tf as unknown as Tensors,
    tidy: (make) => tf.tidy(() => make() as unknown as Tensorflow.TensorContainer) as never,
    gradients: (loss, at) => tf.grads((...xs) => inner(loss(...xs)) as unknown as Tensorflow.Scalar)(at.map(inner)),
    variable: (initial) => tf.variable(inner(initial)),
    train: async (variables, loss, { steps, ...how }) => (await trained(tf, [{ variables, loss, ...how }], steps))[0] as Float32Array,
    trainInTurns: (players, rounds) => trained(tf, players, rounds),
    time: (...runs) => measured(tf, runs),
    dispose: () => tf.engine().endScope(),
  }
}

function explicit([[top, bottom], [left, right]]: Sliding["padding"]): Tensorflow.backend_util.ExplicitPadding {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}

/** The native library pads convolutions only: there the image is padded first, with what no maximum takes. */
function pool(tf: Library, image: Tensorflow.Tensor4D, size: [number, number], { strides: [down, across], padding }: Sliding): Held {
  if (tf.getBackend() !== "tensorflow") return tf.maxPool(image, size, [down, across], explicit(padding))
  return tf.tidy(() => tf.maxPool(tf.pad(image, explicit(padding), Number.NEGATIVE_INFINITY), size, [down, across], "valid"))
}

/** The library refuses a stride together with a dilation: then every position is computed, and those between are left out. */
function slide(tf: Library, image: Held, { strides, padding, dilations }: Sliding, convolve: Convolve): Held {
  const [down, across] = strides
  const isBoth = Math.max(...strides) > 1 && Math.max(...dilations) > 1
  if (!isBoth) return convolve(inner(image), [down, across], explicit(padding), [...dilations] as [number, number])
  return tf.tidy(() => {
    const dense = convolve(inner(image), [1, 1], explicit(padding), [...dilations] as [number, number])
    return tf.stridedSlice(dense, [0, 0, 0, 0], dense.shape, [1, down, across, 1]) as Tensorflow.Tensor4D
  })
}

const OPTIMIZERS: Readonly<Record<Training["optimizer"], (tf: Library, rate: number) => Tensorflow.Optimizer>> = {
  sgd: (tf, rate) => tf.train.sgd(rate),
  adam: (tf, rate) => tf.train.adam(rate),
  rmsprop: (tf, rate) => tf.train.rmsprop(rate),
}

async function trained(tf: Library, players: readonly Player[], rounds: number): Promise<readonly Float32Array[]> {
  const optimizers = players.map(({ optimizer, learningRate }) => OPTIMIZERS[optimizer](tf, learningRate))
  const losses = players.map(() => [] as Tensorflow.Tensor[])
  for (let round = 0; round < rounds; round++)
    for (const [at, player] of players.entries())
      for (let step = 0; step < (player.steps ?? 1); step++) {
        const value = moved(tf, optimizers[at] as Tensorflow.Optimizer, player, round)
        if (value) losses[at]?.push(value)
      }
  for (const optimizer of optimizers) optimizer.dispose()
  return Promise.all(
    losses.map(async (own) => Float32Array.from(await Promise.all(own.map(async (value) => (await value.data())[0] ?? Number.NaN)))),
  )
}

/** One step of a player; its loss before. */
function moved(tf: Library, optimizer: Tensorflow.Optimizer, { variables: held, loss, clip }: Player, round: number) {
  const variables = held as unknown as Tensorflow.Variable[]
  const value = optimizer.minimize(() => inner(loss(round)) as unknown as Tensorflow.Scalar, true, variables)
  if (clip !== undefined) for (const variable of variables) tf.tidy(() => variable.assign(tf.clipByValue(variable, -clip, clip)))
  return value
}

async function measured(tf: Library, runs: readonly (() => Held)[]): Promise<readonly Measurement[]> {
  const began = performance.now()
  for (const run of runs) await once(tf, run)
  const times = runs.map(() => [] as number[])
  for (let round = 0; round < LEAST_RUNS || (round < MOST_RUNS && performance.now() - began < MILLISECONDS); round++)
    for (const [index, run] of runs.entries()) times[index]?.push(await once(tf, run))
  return times.map((own) => ({ milliseconds: median(own), runs: own.length }))
}

async function once(tf: Library, run: () => Held): Promise<number> {
  const start = performance.now()
  const result = tf.tidy(() => inner(run()))
  await result.data()
  const time = performance.now() - start
  result.dispose()
  return time
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
