/** A small convolution really trained on seeded bars: its kernels before and after, and what they are like. */
import type { Backend } from "../backend.ts"
import { grouped } from "../knobs.ts"
import { row, column, words } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { seen } from "./cnn-check.ts"
import { type Likeness, likenesses, meanLikeness, type Square } from "./filter-shapes.ts"
import { kernelPicture } from "./filters-diagram.ts"
import { asCnn, readFilters } from "./filters-sizes.ts"

const DIRECTIONS = 4
const PICTURES = 64
const STEPS = 50
/** Keeps kernels smooth: what no picture asks for is forgotten. */
const DECAY = 0.01

/** Seeded: the same numbers each time, between 0 and 1. */
function* numbersFrom(seed: number): Generator<number, never> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

/** Normally distributed, from two even ones. */
function normal(random: Generator<number, never>): number {
  const [length, angle] = [random.next().value, random.next().value]
  return Math.sqrt(-2 * Math.log(length + 1e-9)) * Math.cos(2 * Math.PI * angle)
}

/** A bar in one of four directions, somewhere, with noise and without mean. */
function noisyBar(direction: number, side: number, random: Generator<number, never>): readonly number[] {
  const [angle, middle, shift] = [(Math.PI * direction) / DIRECTIONS, (side - 1) / 2, 4 * (random.next().value - 0.5)]
  const pixels = Array.from({ length: side * side }, (_, index) => {
    const far = (index % side) - middle
    const distance = far * Math.sin(angle) + (Math.floor(index / side) - middle) * Math.cos(angle) - shift
    return Math.exp(-(distance * distance) / (2 * 0.64)) + 0.15 * normal(random)
  })
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length
  return pixels.map((pixel) => pixel - mean)
}

interface Bars {
  /** Every window of every picture is a row, so that the convolution is one product of matrices. */
  readonly windows: Held
  readonly positions: number
  readonly directions: readonly number[]
}

function bars(backend: Backend, size: number, seed: number): Bars {
  const random = numbersFrom(seed)
  const side = size + 4
  const along = side - size + 1
  const directions = Array.from({ length: PICTURES }, (_, index) => index % DIRECTIONS)
  const values = new Float32Array(PICTURES * along * along * size * size)
  let at = 0
  for (const direction of directions) {
    const picture = noisyBar(direction, side, random)
    for (let row = 0; row < along; row++)
      for (let left = 0; left < along; left++)
        for (let down = 0; down < size; down++)
          for (let across = 0; across < size; across++) values[at++] = picture[(row + down) * side + left + across] ?? 0
  }
  return { windows: backend.tensor(values, [PICTURES * along * along, size * size]), positions: along * along, directions }
}

/** Convolution, ReLU, the strongest answer anywhere, one score for each direction. */
function scores({ tensors }: Backend, { windows, positions }: Bars, [kernels, head, bias]: readonly Held[]): Held {
  const answers = tensors.relu(tensors.matMul(windows, kernels as Held))
  const strongest = tensors.max(tensors.reshape(answers, [PICTURES, positions, (kernels as Held).shape[1] ?? 1]), 1)
  return tensors.add(tensors.matMul(strongest, head as Held), bias as Held)
}

async function right(backend: Backend, pictures: Bars, weights: readonly Held[]): Promise<number> {
  const guessed = await backend.values(backend.tensors.argMax(scores(backend, pictures, weights), 1))
  return pictures.directions.filter((direction, index) => direction === guessed[index]).length / PICTURES
}

async function trained(backend: Backend, size: number, filters: number) {
  const { tensors } = backend
  const pictures = bars(backend, size, 1)
  const weights = [
    backend.variable(tensors.randomNormal([size * size, filters], 0, 0.1, "float32", 11)),
    backend.variable(tensors.randomNormal([filters, DIRECTIONS], 0, 0.5, "float32", 12)),
    backend.variable(tensors.zeros([DIRECTIONS])),
  ] as const
  const wanted = tensors.cast(
    tensors.oneHot(tensors.cast(backend.tensor(Float32Array.from(pictures.directions), [PICTURES]), "int32"), DIRECTIONS),
    "float32",
  )
  const before = await backend.values(weights[0])
  const loss = () => {
    const shares = tensors.log(tensors.add(tensors.softmax(scores(backend, pictures, weights)), 1e-9))
    const wrong = tensors.neg(tensors.mean(tensors.sum(tensors.mul(wanted, shares), 1)))
    return tensors.add(wrong, tensors.mul(tensors.sum(tensors.square(weights[0])), DECAY))
  }
  await backend.train(weights, loss, { optimizer: "adam", learningRate: 0.05, steps: STEPS })
  const after = await backend.values(weights[0])
  return {
    before: kernelsOf(before, filters),
    after: kernelsOf(after, filters),
    share: await right(backend, bars(backend, size, 2), weights),
  }
}

const kernelsOf = (values: Float32Array, filters: number): readonly (readonly number[])[] =>
  Array.from({ length: filters }, (_, filter) => [...values].filter((__, index) => index % filters === filter))

/** What kernels nobody trained are like, on average of many. */
function ofChance(size: number): number {
  const random = numbersFrom(3)
  const kernels = Array.from({ length: 200 }, () => Array.from({ length: size * size }, () => normal(random)))
  return meanLikeness(likenesses(kernels, size))
}

export async function checkFilters(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { size, filters } = readFilters(knobs)
  const { before, after, share } = await trained(backend, size, filters)
  const chance = ofChance(size)
  const [untrained, learned] = [likenesses(before, size), likenesses(after, size)]
  return {
    backend: backend.name,
    rows: [
      ...likenessRows(chance, meanLikeness(untrained), meanLikeness(learned), filters),
      {
        what: `New bars whose direction is recognised`,
        predicted: "above 90 %",
        measured: `${Math.round(100 * share)} %`,
        agrees: share > 0.9,
      },
      ...(await seen(backend, asCnn(knobs))),
    ],
    timings: [],
    picture: {
      title: "Kernels before and after training",
      description: `Before training the kernels correlate ${meanLikeness(untrained).toFixed(2)} with the nearest oriented edge or bar, after it ${meanLikeness(learned).toFixed(2)}.`,
      content: column(
        [
          words("Before: random numbers"),
          kernelsPart("before", before, untrained, size),
          words("After: correlation with the nearest edge or bar, and its direction"),
          kernelsPart("after", after, learned, size),
        ],
        10,
      ),
    },
    note: `${grouped(filters)} kernels of ${size} × ${size} and a head of four scores, trained ${STEPS} steps on ${PICTURES} seeded pictures of bars in four directions. Nobody told them about edges. Correlation is that with the nearest of 240 edges and bars made by formula.`,
  }
}

function likenessRows(chance: number, untrained: number, learned: number, filters: number): CheckRow[] {
  // Few kernels stray further from the mean of many.
  const spread = Math.min(0.3, 0.4 / Math.sqrt(filters))
  const wanted = (1 + chance) / 2
  return [
    {
      what: "Untrained kernels: correlation with the nearest edge or bar",
      predicted: `${chance.toFixed(2)} ± ${spread.toFixed(2)}`,
      measured: untrained.toFixed(2),
      agrees: Math.abs(untrained - chance) <= spread,
    },
    { what: "Trained kernels: the same", predicted: `above ${wanted.toFixed(2)}`, measured: learned.toFixed(2), agrees: learned > wanted },
  ]
}

const PER_ROW = 8

function kernelsPart(id: string, kernels: readonly (readonly number[])[], likes: readonly Likeness[], size: number) {
  const pictures = kernels.map((kernel, index) => {
    const square: Square = Array.from({ length: size }, (_, row) => kernel.slice(row * size, (row + 1) * size))
    const { correlation = 0, degrees = 0 } = likes[index] ?? {}
    const label = id === "after" ? `${correlation.toFixed(2)} · ${degrees}°` : correlation.toFixed(2)
    return kernelPicture(`${id}.${index}`, label, square, 55 / size, ["kernel", "second"])
  })
  const rows = Array.from({ length: Math.ceil(pictures.length / PER_ROW) }, (_, index) =>
    row(pictures.slice(index * PER_ROW, (index + 1) * PER_ROW), 12),
  )
  return column(rows, 8)
}
