/** GoogLeNet with its auxiliary heads, and AlexNet beside it, built step by step with the operators that analyse the reader's code. */
import { convolve } from "../../operators/convolve.ts"
import { linear } from "../../operators/multiply.ts"
import type { Outcome } from "../../operators/outcome.ts"
import { adaptivePool, pool } from "../../operators/pool.ts"
import { inceptionParts } from "./inception-block.ts"

/** Channels, height and width; or features. */
type Sizes = readonly number[]

export interface Stage {
  readonly name: string
  readonly output: Sizes
  readonly parameters: number
  readonly macs: number
  /** Layers with weights, one behind the other, on its longest way. */
  readonly depth: number
  readonly problems: readonly string[]
}

type Make = (input: Sizes) => Stage

function stage(name: string, { shape, macs, problems }: Outcome, parameters: number, depth: number): Stage {
  const output = shape.slice(1).map(Number)
  const said = problems.map(({ message }) => `${name} ${message}.`.replace(/^./, (first) => first.toUpperCase()))
  const isEmpty = said.length === 0 && output.some((size) => size < 1)
  return { name, output, parameters, macs: Number(macs), depth, problems: isEmpty ? [`Nothing is left behind ${name}.`] : said }
}

interface Kernel {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  readonly padding?: number
  readonly groups?: number
}

/** With a bias, as in both papers. */
function convolution(name: string, { filters, size, stride = 1, padding = (size - 1) / 2, groups = 1 }: Kernel): Make {
  const window = { size, stride, padding, dilation: 1 }
  return (input) => {
    const kernel = [filters, (input[0] ?? 1) / groups, size, size]
    const count = kernel.reduce((product, each) => product * each, 1) + filters
    return stage(name, convolve([1, ...input], kernel, [window, window], groups), count, 1)
  }
}

/** Rounds up, as Caffe did, in which both networks were written. */
function pooling(name: string, size: number, stride: number, roundsUp = true): Make {
  const window = { size, stride, padding: 0, dilation: 1 }
  return (input) => stage(name, pool([1, ...input], [window, window], roundsUp), 0, 0)
}

const average: Make = (input) => stage("the average over the maps", adaptivePool([1, ...input], [1, 1]), 0, 0)

const connected =
  (name: string, count: number): Make =>
  (input) => {
    const features = input.reduce((product, each) => product * each, 1)
    return stage(name, linear([1, features], [count, features]), features * count + count, 1)
  }

// The paper's table 1: filters of 1×1, 1×1 before 3×3, 3×3, 1×1 before 5×5, 5×5, 1×1 behind the pooling.
const BLOCKS = {
  "3a": [64, 96, 128, 16, 32, 32],
  "3b": [128, 128, 192, 32, 96, 64],
  "4a": [192, 96, 208, 16, 48, 64],
  "4b": [160, 112, 224, 24, 64, 64],
  "4c": [128, 128, 256, 24, 64, 64],
  "4d": [112, 144, 288, 32, 64, 64],
  "4e": [256, 160, 320, 32, 128, 128],
  "5a": [256, 160, 320, 32, 128, 128],
  "5b": [384, 192, 384, 48, 128, 128],
} as const

function inception(name: keyof typeof BLOCKS): Make {
  const [ones, threes_reduce, threes, fives_reduce, fives, pool_proj] = BLOCKS[name]
  return ([in_channels = 1, ...image]) => {
    const widths = { in_channels, ones, threes_reduce, threes, fives_reduce, fives, pool_proj }
    const { branches, output, parameters, macs } = inceptionParts({ ...widths, large: "5", bias: true, reduction: true, image })
    const depths = branches.map(({ steps }) => steps.filter(({ kind }) => kind === "convolution").length)
    return { name, output, parameters: Number(parameters), macs: Number(macs), depth: Math.max(...depths), problems: [] }
  }
}

/** One after the other, up to the first that cannot be. */
function follow(input: Sizes, makes: readonly Make[]): readonly Stage[] {
  const stages: Stage[] = []
  for (const make of makes) {
    const made = make(stages.at(-1)?.output ?? input)
    stages.push(made)
    if (made.problems.length > 0) break
  }
  return stages
}

const TRUNK: readonly Make[] = [
  convolution("conv 7×7", { filters: 64, size: 7, stride: 2 }),
  pooling("pool 1", 3, 2),
  convolution("conv 1×1", { filters: 64, size: 1 }),
  convolution("conv 3×3", { filters: 192, size: 3 }),
  pooling("pool 2", 3, 2),
  inception("3a"),
  inception("3b"),
  pooling("pool 3", 3, 2),
  inception("4a"),
  inception("4b"),
  inception("4c"),
  inception("4d"),
  inception("4e"),
  pooling("pool 4", 3, 2),
  inception("5a"),
  inception("5b"),
]

export const googLeNet = (image: readonly [number, number], classes: number): readonly Stage[] =>
  follow([3, ...image], [...TRUNK, average, connected("FC", classes)])

export interface HeadSizes {
  readonly filters: number
  readonly hidden: number
  readonly classes: number
}

/** As the paper says in section 5: average pooling 5×5 with stride 3, 1×1 convolution, two fully connected layers; dropout has no weights. */
export const auxiliaryHead = (maps: Sizes, { filters, hidden, classes }: HeadSizes): readonly Stage[] =>
  follow(maps, [
    pooling("avg-pool 5×5 / 3", 5, 3, false),
    convolution("conv 1×1", { filters, size: 1 }),
    connected("FC", hidden),
    connected("FC to classes", classes),
  ])

/** Of 227 × 227 pixels, without which its own arithmetic does not come out; two groups where its two graphics cards each had half. */
export const alexNet = (classes: number): readonly Stage[] =>
  follow(
    [3, 227, 227],
    [
      convolution("conv 1", { filters: 96, size: 11, stride: 4, padding: 0 }),
      pooling("pool 1", 3, 2),
      convolution("conv 2", { filters: 256, size: 5, groups: 2 }),
      pooling("pool 2", 3, 2),
      convolution("conv 3", { filters: 384, size: 3 }),
      convolution("conv 4", { filters: 384, size: 3, groups: 2 }),
      convolution("conv 5", { filters: 256, size: 3, groups: 2 }),
      pooling("pool 5", 3, 2),
      connected("FC 6", 4096),
      connected("FC 7", 4096),
      connected("FC 8", classes),
    ],
  )

export const totalOf = (stages: readonly Stage[], of: "parameters" | "macs" | "depth"): number =>
  stages.reduce((sum, each) => sum + each[of], 0)

/** All stages up to one of them. */
export const upTo = (stages: readonly Stage[], name: string): readonly Stage[] =>
  stages.slice(0, stages.findIndex((each) => each.name === name) + 1)
