/** Runs pooling for real: each number and each gradient against a computation by hand, and the same picture moved. */
import type { Backend, Measurement, Sliding } from "../backend.ts"
import { affordable, channelsFirst, compared, comparedNumber, firstCellByHand, refusal } from "../executed.ts"
import { grouped, percent, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { gradientOf, movedRight, type Pooled, type PooledAxis, pooledAt, pooledAxis, spotsOf } from "./pooling-example.ts"
import { computedPooling, readPooling } from "./pooling-numbers.ts"
import { slidingOf } from "./sliding.ts"

type Settings = ReturnType<typeof readPooling>

/** A rule for every channel alike needs no more of them. */
const MOST_CHANNELS = 64
const MOST_ELEMENTS = 4_000_000
/** Of the convolutions that pooling's time is set beside. */
const MOST_WEIGHTS = 1_000_000

interface Run {
  readonly rows: PooledAxis
  readonly columns: PooledAxis
  readonly channels: number
  readonly pixels: Held
  readonly sliding: Sliding
}

export async function checkPooling(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const settings = readPooling(knobs)
  const { kind, image, size, channels } = settings
  const weights = computedPooling(knobs).strided.parameters
  const refused = kind === "convolution" ? refusal(weights) : undefined
  if (refused) return { refused }
  const planned = kind === "convolution" ? channels : Math.min(channels, MOST_CHANNELS)
  const kernelSize = planned ** 2 * size[0] * size[1]
  const isConvolved = kind === "convolution" || kernelSize <= MOST_WEIGHTS
  const work = (sides: readonly [number, number]) => workOf(knobs, settings, sides, planned, isConvolved)
  const sides = affordable(backend, image, Math.max(16, ...size), work)
  if (work(sides) > 20 * backend.macsPerRun)
    return { refused: "That many windows of this size take too long here. Choose a smaller window." }
  const run = start(backend, settings, sides, planned)
  const rows = kind === "convolution" ? await convolvedRows(backend, knobs, settings, run) : await pooledRows(backend, knobs, settings, run)
  return {
    backend: backend.name,
    rows: [...rows, ...(await movedByStride(backend, settings, run))],
    timings: await timings(backend, knobs, settings, run, isConvolved),
    note: noteOf(settings, run, isConvolved),
  }
}

/** Comparisons and products of one run; on its way back every input cell of a map looks for its windows. */
function workOf(knobs: Knobs, { size }: Settings, sides: readonly [number, number], channels: number, isConvolved: boolean): number {
  const { output, dense } = computedPooling(knobs, sides, channels)
  const [places, cells, window] = [(output[1] ?? 1) * (output[2] ?? 1), sides[0] * sides[1], size[0] * size[1]]
  return channels * (cells + places * window) + cells * window + (isConvolved ? dense.macs : 0)
}

function start(backend: Backend, { kind, windows, roundUp }: Settings, sides: readonly [number, number], planned: number): Run {
  const [rows, columns] = [pooledAxis(sides[0], sides[0], windows[0], roundUp), pooledAxis(sides[1], sides[1], windows[1], roundUp)]
  const fits = Math.max(1, Math.floor(MOST_ELEMENTS / (sides[0] * sides[1])))
  const channels = kind === "convolution" ? planned : Math.min(planned, fits)
  // Above zero: TensorFlow.js 4.22 on WebAssembly sends no gradient back to windows whose largest number is negative.
  const pixels = backend.tensors.randomUniform([1, ...sides, channels], 0.1, 1, "float32", 5)
  const sliding = slidingOf(sides, windows)
  // Rounding up reaches further than the padding that was asked for.
  const padding = [
    [rows.before, rows.after],
    [columns.before, columns.after],
  ] as const
  return { rows, columns, channels, pixels, sliding: roundUp ? { ...sliding, padding } : sliding }
}

/** An average is a sum divided by a count: both are pooled. */
function averaged(backend: Backend, { rows, columns, sliding }: Run, { size, countsPadding }: Settings, image: Held): Held {
  const { tensors } = backend
  const rim = ([top, bottom]: readonly [number, number], [left, right]: readonly [number, number]) =>
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ] as const
  const pooled = (padded: Held) => tensors.avgPool(padded, size, sliding.strides, "valid")
  const sums = pooled(tensors.pad(image, rim(...sliding.padding)))
  const ones = tensors.ones([1, rows.size, columns.size, 1])
  const asked = rim([rows.before, rows.asked], [columns.before, columns.asked])
  const beyond = rim([0, sliding.padding[0][1] - rows.asked], [0, sliding.padding[1][1] - columns.asked])
  return tensors.div(sums, pooled(tensors.pad(tensors.pad(ones, asked, countsPadding ? 1 : 0), beyond)))
}

const pooledBy = (backend: Backend, run: Run, settings: Settings, image: Held): Held =>
  settings.kind === "max" ? backend.maxPool(image, settings.size, run.sliding) : averaged(backend, run, settings, image)

/** The first map, as a computation by hand reads it. */
async function firstMap(backend: Backend, { kind, countsPadding }: Settings, { rows, columns, channels, pixels }: Run): Promise<Pooled> {
  const values = await backend.values(pixels)
  return { rows, columns, kind, countsPadding, valueAt: (row, column) => values[(row * columns.size + column) * channels] ?? Number.NaN }
}

/** Right by so many columns; zeros come in. */
function moved(backend: Backend, { pixels, rows, columns, channels }: Run, shift: number): Held {
  const { tensors } = backend
  const left = tensors.slice(pixels, [0, 0, 0, 0], [1, rows.size, columns.size - shift, channels])
  return tensors.pad(left, [
    [0, 0],
    [0, 0],
    [shift, 0],
    [0, 0],
  ])
}

async function pooledRows(backend: Backend, knobs: Knobs, settings: Settings, run: Run): Promise<CheckRow[]> {
  const { channels, pixels, columns } = run
  const { tensors } = backend
  const example = await firstMap(backend, settings, run)
  const shift = Math.min(settings.shift, columns.size - 1)
  const result = pooledBy(backend, run, settings, pixels)
  const values = everyOther(await backend.values(result), channels)
  const later = everyOther(await backend.values(pooledBy(backend, run, settings, moved(backend, run, shift))), channels)
  const byHand = resultOf(example)
  const alone = tensors.slice(pixels, [0, 0, 0, 0], [1, run.rows.size, columns.size, 1])
  const [slope] = backend.gradients((image) => tensors.sum(pooledBy(backend, run, settings, image as Held)), [alone])
  const gradient = [...(await backend.values(slope as Held))]
  const ofHand = gradientOf(example)
  return [
    compared("Output shape", sizesText(computedPooling(knobs, [run.rows.size, columns.size], channels).output), channelsFirst(result)),
    nothing("Largest difference of map 1 to a computation by hand", difference(values, byHand)),
    compared("Input cells of map 1 that receive a gradient", sharesOf(ofHand), sharesOf(gradient)),
    nothing("Largest difference of that gradient to one by hand", difference(gradient, ofHand)),
    compared(
      `Results that stay when the picture moves by ${shift}`,
      unchanged(byHand, resultOf(movedRight(example, shift))),
      unchanged(values, later),
    ),
  ]
}

const resultOf = (example: Pooled): readonly number[] => spotsOf(example).map((spot) => pooledAt(example, spot))
const everyOther = (values: Float32Array, channels: number): readonly number[] => [...values].filter((_, at) => at % channels === 0)
const sharesOf = (gradient: readonly number[]): string =>
  percent(gradient.filter((value) => Math.abs(value) > 1e-6).length, gradient.length)

const unchanged = (before: readonly number[], after: readonly number[]): string =>
  percent(after.filter((value, at) => Math.abs(value - (before[at] ?? Number.NaN)) < 1e-6).length, after.length)

function difference(left: readonly number[], right: readonly number[]): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  return left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? Number.NaN))), 0)
}

/** Single precision rounds. */
const nothing = (what: string, measured: number): CheckRow => ({
  what,
  predicted: "0.0000",
  measured: measured.toFixed(4),
  agrees: measured < 1e-4,
})

async function convolvedRows(backend: Backend, knobs: Knobs, settings: Settings, run: Run): Promise<CheckRow[]> {
  const { pixels, sliding, channels } = run
  const { kernel, bias } = weightsOf(backend, settings, channels)
  const [result, dense] = [backend.conv2d(pixels, kernel, sliding), backend.conv2d(pixels, kernel, { ...sliding, strides: [1, 1] })]
  const byHand = await firstCellByHand(backend, pixels, kernel, [sliding.padding[0][0], sliding.padding[1][0]], [1, 1])
  const values = await backend.values(result)
  const { output, parameters } = computedPooling(knobs, [run.rows.size, run.columns.size], channels)
  const every = difference([...values], skipped(await backend.values(dense), dense.shape, sliding.strides, result.shape))
  return [
    compared("Output shape", sizesText(output), channelsFirst(result)),
    compared("Parameters", grouped(parameters), grouped(kernel.size + bias.size)),
    comparedNumber("First output number, without bias", byHand, values[0] ?? Number.NaN),
    { what: "Difference to stride 1 with places left out", predicted: "0.000", measured: every.toFixed(3), agrees: every < 1e-3 },
  ]
}

/** Scaled so that sums of many products stay small. */
function weightsOf({ tensors }: Backend, { size }: Settings, channels: number) {
  const deviation = 1 / Math.sqrt(channels * size[0] * size[1])
  return {
    kernel: tensors.randomNormal([...size, channels, channels], 0, deviation, "float32", 3),
    bias: tensors.randomNormal([channels], 0, 1, "float32", 4),
  }
}

/** Every s-th place of what stride 1 makes. */
function skipped(dense: Float32Array, shape: readonly number[], strides: readonly [number, number], wanted: readonly number[]): number[] {
  const [, , wide = 1, channels = 1] = shape
  const [, high = 0, across = 0] = wanted
  return Array.from({ length: high * across * channels }, (_, at) => {
    const [channel, place] = [at % channels, Math.floor(at / channels)]
    const [row, column] = [Math.floor(place / across) * strides[0], (place % across) * strides[1]]
    return dense[(row * wide + column) * channels + channel] ?? Number.NaN
  })
}

/** Moved by one stride, the results move by one place; those that see the edges, old or new, are left out. */
async function movedByStride(backend: Backend, settings: Settings, run: Run): Promise<CheckRow[]> {
  const { columns, sliding } = run
  const { stride, before, window, size, count } = columns
  const [from, to] = [1 + Math.ceil(before / stride), Math.min(count - 1, Math.floor((size + before - window) / stride))]
  if (to < from || stride >= size) return []
  const kernel = settings.kind === "convolution" ? weightsOf(backend, settings, run.channels).kernel : undefined
  const apply = (image: Held) => (kernel ? backend.conv2d(image, kernel, sliding) : pooledBy(backend, run, settings, image))
  const part = async (image: Held, start: number) => {
    const whole = apply(image)
    const [, high = 1, , channels = 1] = whole.shape
    return backend.values(backend.tensors.slice(whole, [0, 0, start, 0], [1, high, to - from + 1, channels]))
  }
  const [still, later] = [await part(run.pixels, from - 1), await part(moved(backend, run, stride), from)]
  const away = difference([...later], [...still])
  const what = `Moved by the stride (${stride}), results move by 1: largest difference`
  return [{ what, predicted: "0.000", measured: away.toFixed(3), agrees: away < 1e-3 }]
}

async function timings(
  backend: Backend,
  knobs: Knobs,
  settings: Settings,
  run: Run,
  isConvolved: boolean,
): Promise<CheckResult["timings"]> {
  const { pixels, sliding, channels } = run
  const { strided, dense } = computedPooling(knobs, [run.rows.size, run.columns.size], channels)
  const kernel = isConvolved ? weightsOf(backend, settings, channels).kernel : undefined
  const { kind } = settings
  const pooling =
    kind === "convolution"
      ? []
      : [{ what: kind === "max" ? "Max pooling" : "Average pooling", macs: 0, run: () => pooledBy(backend, run, settings, pixels) }]
  // Rounding up is no matter of convolutions.
  const plain = slidingOf([run.rows.size, run.columns.size], settings.windows)
  const isStepping = Math.max(...sliding.strides) > 1
  const convolutions = kernel
    ? [
        { what: "Strided convolution", macs: strided.macs, run: () => backend.conv2d(pixels, kernel, plain) },
        ...(isStepping
          ? [
              {
                what: "Convolution with stride 1",
                macs: dense.macs,
                run: () => backend.conv2d(pixels, kernel, { ...plain, strides: [1, 1] }),
              },
            ]
          : []),
      ]
    : []
  const all = [...pooling, ...convolutions]
  const times = await backend.time(...all.map((each) => each.run))
  return all.map(({ what, macs }, at) => ({ what, macs, ...(times[at] as Measurement) }))
}

function noteOf({ image, channels }: Settings, run: Run, isConvolved: boolean): string {
  const sides = [run.rows.size, run.columns.size]
  const isWhole = sides[0] === image[0] && sides[1] === image[1] && run.channels === channels
  const what = `${grouped(run.channels)} random maps of ${sizesText(sides)}`
  const instead = isWhole ? "" : ` instead of ${grouped(channels)} of ${sizesText(image)}, to be done in a second`
  return `${what}${instead}.${isConvolved ? "" : " Convolutions of this size are not run beside it."}`
}
