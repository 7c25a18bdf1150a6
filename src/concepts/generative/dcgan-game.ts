/** A game really played with small images: spots that a generator of transposed convolutions learns to make. */
import type { Backend } from "../backend.ts"
import { type Grid, row, type Scene, type Tone } from "../scene.ts"
import type { Held } from "../tensors.ts"
import { costOfOne, costOfZero } from "./small-networks.ts"

const IMAGES = 32
const SIDE = 8
const LATENT = 6
const SHOWN = 3
export const ROUNDS = 60

type Image = readonly number[]

/** A bright spot on dark ground, −1 … 1; evenly anywhere, by multiples of the golden ratio. */
function spot(at: number): Image {
  const [down, across] = [1.5 + 4 * ((at * 0.618034) % 1), 1.5 + 4 * ((at * 0.754878) % 1)]
  return Array.from({ length: SIDE * SIDE }, (_, cell) => {
    const far = (Math.floor(cell / SIDE) - down) ** 2 + ((cell % SIDE) - across) ** 2
    return 2 * Math.exp(-far / 3) - 1
  })
}

function meanDistance(left: readonly Image[], right: readonly Image[]): number {
  let sum = 0
  for (const one of left) for (const other of right) sum += Math.hypot(...one.map((pixel, at) => pixel - (other[at] ?? 0)))
  return sum / (left.length * right.length)
}

const energyDistance = (left: readonly Image[], right: readonly Image[]): number =>
  2 * meanDistance(left, right) - meanDistance(left, left) - meanDistance(right, right)

interface ImageNetwork {
  readonly variables: readonly Held[]
  apply(x: Held): Held
}

const weightsOf = (backend: Backend, from: number, to: number, seed: number): readonly [Held, Held] => [
  backend.variable(backend.tensors.randomNormal([from, to], 0, Math.sqrt(1.6 / from), "float32", seed)),
  backend.variable(backend.tensors.zeros([to])),
]

/** Stride 2 and kernel 2: every cell paints a square of its own, so one product of matrices is the whole layer. */
function generatorOf(backend: Backend): ImageNetwork {
  const { tensors } = backend
  const [first, second, third] = [weightsOf(backend, LATENT, 64, 201), weightsOf(backend, 16, 32, 202), weightsOf(backend, 8, 4, 203)]
  const doubled = (x: Held, side: number, filters: number): Held =>
    tensors.transpose(tensors.reshape(x, [IMAGES * side, side, 2, 2 * filters]), [0, 2, 1, 3])
  const layer = (x: Held, [weights, bias]: readonly [Held, Held]): Held => tensors.add(tensors.matMul(x, weights), bias)
  return {
    variables: [...first, ...second, ...third],
    apply: (noise) => {
      const small = tensors.reshape(tensors.leakyRelu(layer(noise, first), 0.2), [IMAGES * 4, 16])
      const middle = tensors.leakyRelu(doubled(layer(small, second), 2, 8), 0.2)
      const image = doubled(layer(tensors.reshape(middle, [IMAGES * 16, 8]), third), 4, 1)
      return tensors.reshape(tensors.tanh(image), [IMAGES, SIDE * SIDE])
    },
  }
}

/** The same the other way round: every square of 2 × 2 becomes a cell. */
function discriminatorOf(backend: Backend): ImageNetwork {
  const { tensors } = backend
  const [first, second, third] = [weightsOf(backend, 4, 8, 211), weightsOf(backend, 32, 16, 212), weightsOf(backend, 64, 1, 213)]
  const halved = (x: Held, side: number, channels: number, [weights, bias]: readonly [Held, Held]): Held => {
    const half = side / 2
    const squares = tensors.transpose(tensors.reshape(x, [IMAGES * half, 2, half, 2 * channels]), [0, 2, 1, 3])
    return tensors.leakyRelu(
      tensors.add(tensors.matMul(tensors.reshape(squares, [IMAGES * half * half, 4 * channels]), weights), bias),
      0.2,
    )
  }
  return {
    variables: [...first, ...second, ...third],
    apply: (images) => {
      const maps = halved(halved(images, SIDE, 1, first), SIDE / 2, 8, second)
      return tensors.add(tensors.matMul(tensors.reshape(maps, [IMAGES, 64]), third[0]), third[1])
    },
  }
}

function imagesOf(values: Float32Array): readonly Image[] {
  const size = SIDE * SIDE
  return Array.from({ length: values.length / size }, (_, at) => [...values.slice(at * size, (at + 1) * size)])
}

function grid(id: string, tone: Tone, label: string, image: Image): Grid {
  const cell = (at: number) => ({ text: "", strength: ((image[at] ?? -1) + 1) / 2 })
  return {
    kind: "grid",
    id,
    tone,
    label,
    side: 13,
    cells: Array.from({ length: SIDE }, (_, down) => Array.from({ length: SIDE }, (_, across) => cell(down * SIDE + across))),
  }
}

export interface ImageGame {
  readonly before: number
  readonly after: number
  readonly picture: Scene
}

export async function playWithImages(backend: Backend): Promise<ImageGame> {
  const { tensors } = backend
  const real = Array.from({ length: IMAGES }, (_, at) => spot(at))
  const data = backend.tensor(Float32Array.from(real.flat()), [IMAGES, SIDE * SIDE])
  const [generator, discriminator] = [generatorOf(backend), discriminatorOf(backend)]
  const noises = [221, 222, 223, 224].map((seed) => tensors.randomNormal([IMAGES, LATENT], 0, 1, "float32", seed))
  const makes = (round: number): Held => generator.apply(noises[round % noises.length] as Held)
  const judge = (images: Held): Held => discriminator.apply(images)
  const first = imagesOf(await backend.values(makes(0)))
  await backend.trainInTurns(
    [
      {
        variables: discriminator.variables,
        loss: (round) => tensors.add(costOfOne(backend, judge(data)), costOfZero(backend, judge(makes(round)))),
        optimizer: "rmsprop",
        learningRate: 0.005,
      },
      {
        variables: generator.variables,
        loss: (round) => costOfOne(backend, judge(makes(round))),
        optimizer: "rmsprop",
        learningRate: 0.005,
      },
    ],
    ROUNDS,
  )
  const last = imagesOf(await backend.values(makes(0)))
  const [before, after] = [energyDistance(real, first), energyDistance(real, last)]
  const shown = (id: string, tone: Tone, label: string, images: readonly Image[]) =>
    images.slice(0, SHOWN).map((image, at) => grid(`${id}${at}`, tone, `${label} ${at + 1}`, image))
  return {
    before,
    after,
    picture: {
      title: "Images that were real and images that were made",
      description: `Before training the images made are ${before.toFixed(3)} from the real ones by energy distance; after ${ROUNDS} rounds ${after.toFixed(3)}.`,
      content: row([...shown("real", "input", "real", real), ...shown("made", "output", "made", last)], 16),
    },
  }
}
