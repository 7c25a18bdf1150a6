/** Check of the Siamese network: a small twin of each kind is trained with contrastive loss, and measured on pairs it has not seen. */
import type { Backend } from "../backend.ts"
import { numberOf } from "../knobs.ts"
import { type Plot, row, type Scene, type Tone } from "../scene.ts"
import { ONE_LAYER } from "../sequences/recurrent-layer.ts"
import { blankState, type CellWeights, randomCell, runCell, tensorsOf } from "../sequences/recurrent-run.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { routeHeld, squashHeld } from "./capsule-routing.ts"
import { type EncoderKind, encoderOf, ENCODERS } from "./siamese-encoder.ts"

const SIDE = 9
const STEPS_READ = 8
const HIDDEN = 6
/** Examples of each of the two classes, for training and again for measuring. */
const EACH = 16
const STEPS = 40
/** Two numbers, so that they can be drawn. */
const EMBEDDING = 2

/** Weights, and what they make of a batch: [batch, …] to [batch, 2]. */
interface Network {
  readonly weights: readonly Held[]
  readonly apply: (weights: readonly Held[], batch: Held) => Held
}

const random = ({ tensors }: Backend, shape: readonly number[], seed: number): Held => {
  const fan = shape.slice(0, -1).reduce((product, size) => product * size, 1)
  return tensors.randomNormal(shape, 0, Math.sqrt(1 / fan), "float32", seed)
}

/** A 3 × 3 convolution as one matrix product over the windows: WebAssembly has no gradient of convolutions. */
function convolved({ tensors }: Backend, maps: Held, kernel: Held): Held {
  const [count = 1, height = 3, width = 3, channels = 1] = maps.shape
  const [high, wide] = [height - 2, width - 2]
  const shifted = Array.from({ length: 9 }, (_, at) =>
    tensors.slice(maps, [0, Math.floor(at / 3), at % 3, 0], [count, high, wide, channels]),
  )
  const windows = tensors.reshape(tensors.concat(shifted, 3), [count * high * wide, 9 * channels])
  return tensors.reshape(tensors.matMul(windows, kernel), [count, high, wide, kernel.shape[1] ?? 1])
}

function convolutional(backend: Backend): Network {
  const { tensors } = backend
  return {
    weights: [random(backend, [9, 8], 1), random(backend, [72, 8], 2), random(backend, [8, EMBEDDING], 3)],
    apply: ([first, second, last], batch) => {
      const maps = tensors.leakyRelu(convolved(backend, batch, first as Held), 0.1)
      const deeper = tensors.leakyRelu(convolved(backend, maps, second as Held), 0.1)
      return tensors.matMul(tensors.mean(deeper, [1, 2]), last as Held)
    },
  }
}

const asCell = (weights: readonly Held[]): CellWeights => ({
  fromInput: weights[0] as Held,
  fromState: weights[1] as Held,
  biases: weights.slice(2, 4),
})

function recurrent(backend: Backend, directions: 1 | 2): Network {
  const { tensors } = backend
  const sizes = { ...ONE_LAYER, input: 1, hidden: HIDDEN, length: STEPS_READ }
  const cells = [randomCell(backend, 4, sizes, 0, 21), ...(directions === 2 ? [randomCell(backend, 4, sizes, 0, 22)] : [])]
  return {
    weights: [...cells.flatMap(tensorsOf), random(backend, [directions * HIDDEN, EMBEDDING], 23)],
    apply: (weights, batch) => {
      const count = batch.shape[0] ?? 1
      const steps = Array.from({ length: STEPS_READ }, (_, at) => tensors.slice(batch, [0, at], [count, 1]))
      const last = (chain: number): Held => {
        const cell = asCell(weights.slice(4 * chain, 4 * chain + 4))
        const read = chain === 0 ? steps : [...steps].reverse()
        return (runCell(backend, 4, cell, read, blankState(backend, 4, sizes, count)).at(-1) as { hidden: Held }).hidden
      }
      const states = directions === 2 ? tensors.concat([last(0), last(1)], 1) : last(0)
      return tensors.matMul(states, weights.at(-1) as Held)
    },
  }
}

const CAPSULE = { below: 9, numbers: 4, above: EMBEDDING, routed: 4 }

/** The embedding is the lengths of two routed capsules. */
function capsular(backend: Backend): Network {
  const { tensors } = backend
  const { below, numbers, above, routed } = CAPSULE
  return {
    weights: [random(backend, [SIDE, numbers], 31), tensors.randomNormal([below, numbers, above * routed], 0, 1, "float32", 32)],
    apply: ([first, pose], batch) => {
      const count = batch.shape[0] ?? 1
      // Windows of 3 × 3 that do not overlap: one capsule for each.
      const cut = tensors.transpose(tensors.reshape(batch, [count, 3, 3, 3, 3]), [0, 1, 3, 2, 4])
      const maps = tensors.matMul(tensors.reshape(cut, [count * below, SIDE]), first as Held)
      const primary = squashHeld(backend, tensors.reshape(maps, [count, below, numbers]))
      const expected = tensors.matMul(tensors.transpose(primary, [1, 0, 2]), pose as Held)
      const predictions = tensors.reshape(tensors.transpose(expected, [1, 0, 2]), [count, below, above, routed])
      const { outputs } = routeHeld(backend, predictions, 3).at(-1) as { outputs: Held }
      // Lengths are below 1: a margin beyond that could not be met.
      return tensors.mul(tensors.sqrt(tensors.add(tensors.sum(tensors.square(outputs), 2), 1e-9)), 4)
    },
  }
}

const NETWORK: Readonly<Record<EncoderKind, (backend: Backend) => Network>> = {
  cnn: convolutional,
  lstm: (backend) => recurrent(backend, 1),
  bilstm: (backend) => recurrent(backend, 2),
  capsule: capsular,
}

/** Examples of two classes: stripes across or down for images, rising or falling series; the first half is of the first class. */
function examples(backend: Backend, kind: EncoderKind, seed: number): Held {
  const { tensors } = backend
  const isImage = kind === "cnn" || kind === "capsule"
  const length = isImage ? SIDE * SIDE : STEPS_READ
  const values = new Float32Array(2 * EACH * length)
  for (let example = 0; example < 2 * EACH; example++)
    for (let at = 0; at < length; at++) {
      const isFirst = example < EACH
      const along = isFirst ? at % SIDE : Math.floor(at / SIDE)
      const trend = (2 * at) / (length - 1) - 1
      values[example * length + at] = isImage ? Math.sign(Math.sin(((along + example) * Math.PI) / 1.5)) : isFirst ? trend : -trend
    }
  const shape = isImage ? [2 * EACH, SIDE, SIDE, 1] : [2 * EACH, length]
  return tensors.add(backend.tensor(values, shape), tensors.randomNormal(shape, 0, 0.5, "float32", seed))
}

/** All pairs at once: d² for each, and 1 where both are of one class. */
function pairs({ tensors }: Backend, embeddings: Held) {
  const count = 2 * EACH
  const [left, right] = [tensors.reshape(embeddings, [count, 1, EMBEDDING]), tensors.reshape(embeddings, [1, count, EMBEDDING])]
  const squared = tensors.sum(tensors.square(tensors.sub(left, right)), 2)
  const side = tensors.reshape(tensors.cast(tensors.less(tensors.range(0, count), EACH), "float32"), [count, 1])
  const same = tensors.cast(tensors.equal(side, tensors.transpose(side)), "float32")
  return { squared, same }
}

function lossOf(backend: Backend, embeddings: Held, margin: number): Held {
  const { tensors } = backend
  const { squared, same } = pairs(backend, embeddings)
  const distance = tensors.sqrt(tensors.add(squared, 1e-6))
  const short = tensors.square(tensors.relu(tensors.sub(margin, distance)))
  return tensors.mean(tensors.add(tensors.mul(same, squared), tensors.mul(tensors.sub(1, same), short)))
}

interface Measured {
  readonly same: number
  readonly different: number
  readonly points: Float32Array
}

async function measure(backend: Backend, embeddings: Held): Promise<Measured> {
  const points = await backend.values(embeddings)
  const sums = { same: 0, different: 0 }
  const counts = { same: 0, different: 0 }
  for (let one = 0; one < 2 * EACH; one++)
    for (let other = one + 1; other < 2 * EACH; other++) {
      const kind = one < EACH === other < EACH ? "same" : "different"
      const apart = [0, 1].map((at) => (points[2 * one + at] ?? 0) - (points[2 * other + at] ?? 0))
      sums[kind] += Math.hypot(...apart)
      counts[kind]++
    }
  return { same: sums.same / counts.same, different: sums.different / counts.different, points }
}

/** What reaches weights used twice is the sum of what would reach two copies. */
async function gradientsOfTwins(backend: Backend, { weights, apply }: Network, batch: Held): Promise<readonly [number, number]> {
  const { tensors } = backend
  const half = (part: number): Held =>
    tensors.slice(batch, [part * EACH, ...batch.shape.slice(1).map(() => 0)], [EACH, ...batch.shape.slice(1)])
  const [one, other] = [half(0), half(1)]
  const apart = (left: readonly Held[], right: readonly Held[]): Held =>
    tensors.mean(tensors.square(tensors.sub(apply(left, one), apply(right, other))))
  const [first, ...rest] = weights as [Held, ...Held[]]
  const [shared] = backend.gradients((...at) => apart([at[0] as Held, ...rest], [at[0] as Held, ...rest]), [first])
  const copies = backend.gradients((...at) => apart([at[0] as Held, ...rest], [at[1] as Held, ...rest]), [first, tensors.add(first, 0)])
  const size = async (gradient: Held): Promise<number> => backend.number(tensors.sqrt(tensors.sum(tensors.square(gradient))))
  const difference = tensors.sub(shared as Held, tensors.add(copies[0] as Held, copies[1] as Held))
  return [await size(shared as Held), await size(difference)]
}

export async function checkSiamese(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const kind = encoderOf(knobs)
  const margin = numberOf(knobs, "margin")
  const network = NETWORK[kind](backend)
  const [seen, unseen] = [examples(backend, kind, 41), examples(backend, kind, 42)]
  const [whole, rest] = await gradientsOfTwins(backend, network, seen)
  const variables = network.weights.map((held) => backend.variable(held))
  const before = await measure(backend, network.apply(variables, unseen))
  const losses = await backend.train(variables, () => lossOf(backend, network.apply(variables, seen), margin), {
    optimizer: "adam",
    learningRate: 0.03,
    steps: STEPS,
  })
  const after = await measure(backend, network.apply(variables, unseen))
  return {
    backend: backend.name,
    rows: [
      {
        what: "Gradient of the first weights, against the sum of two copies'",
        predicted: "the same",
        measured: `differ by ${(rest / Math.max(1e-9, whole)).toExponential(1)} of it`,
        agrees: rest <= 1e-4 * whole + 1e-7,
      },
      ...progress(before, after, losses, margin),
    ],
    timings: [],
    picture: pictureOf(before, after),
    note: `A small ${ENCODERS.find(({ value }) => value === kind)?.label ?? kind} with embeddings of ${EMBEDDING} numbers and Euclidean distance: ${STEPS} steps of Adam on ${2 * EACH} noisy ${kind === "cnn" || kind === "capsule" ? "images of stripes across or down" : "series that rise or fall"}, measured on ${2 * EACH} others.`,
  }
}

function progress(before: Measured, after: Measured, losses: Float32Array, margin: number): readonly CheckRow[] {
  const ratio = ({ same, different }: Measured): number => different / Math.max(1e-6, same)
  const [first = 0, last = 0] = [losses[0], losses.at(-1)]
  return [
    {
      what: "Contrastive loss",
      predicted: `below ${first.toFixed(3)} after training`,
      measured: last.toFixed(3),
      agrees: last < first,
    },
    {
      what: "Unseen pairs: distance of different ÷ same",
      predicted: `above ${ratio(before).toFixed(2)} after training`,
      measured: ratio(after).toFixed(2),
      agrees: ratio(after) > ratio(before),
    },
    {
      what: "Mean distances of unseen pairs, same and different",
      predicted: `means apart by more than a quarter of the margin ${margin}`,
      measured: `${after.same.toFixed(2)} and ${after.different.toFixed(2)}`,
      agrees: after.different - after.same > margin / 4,
    },
  ]
}

function scatter(id: string, label: string, { points }: Measured): Plot {
  const [across, down] = [0, 1].map((part) => [...points].filter((_, at) => at % 2 === part)) as [number[], number[]]
  const edge = (values: readonly number[]) =>
    [Math.floor(10 * Math.min(...values) - 1) / 10, Math.ceil(10 * Math.max(...values) + 1) / 10] as const
  const [x, y] = [edge(across), edge(down)]
  const tones: readonly Tone[] = ["first", "second"]
  return {
    kind: "plot",
    id,
    label,
    width: 220,
    height: 170,
    x: { label: "first number", from: x[0], to: x[1] },
    y: { label: "second", from: y[0], to: y[1] },
    curves: [],
    dots: across.map((value, at) => ({ x: value, y: down[at] ?? 0, tone: tones[at < EACH ? 0 : 1] as Tone, radius: 4 })),
  }
}

function pictureOf(before: Measured, after: Measured): Scene {
  return {
    title: "Embeddings of examples that were not trained on",
    description: `Before training pairs of one class are ${before.same.toFixed(2)} apart and others ${before.different.toFixed(2)}; afterwards ${after.same.toFixed(2)} and ${after.different.toFixed(2)}.`,
    content: row([scatter("before", "Before training", before), scatter("after", "After", after)], 30),
  }
}
