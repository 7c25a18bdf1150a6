/** Runs a plain convolutional network: shapes, weights, one number by hand, and by its gradient how much of the picture one number sees. */
import type { Backend, Measurement, Sliding } from "../backend.ts"
import { channelsFirst, compared, comparedNumber, firstCellByHand, refusal, sizeNote } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { type CnnLayer, cnnCosts, cnnLayers, readCnn, sidesOf } from "./cnn-layers.ts"

type Sides = readonly [number, number]

/** A layer with its weights. */
interface Loaded {
  readonly layer: CnnLayer
  readonly kernel?: Held
  readonly bias?: Held
}

export async function checkCnn(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { image, channels, hasBias, isNormalised } = readCnn(knobs)
  const sides = affordableSides(backend, knobs, image)
  const layers = cnnLayers(knobs, sides)
  const { parameters, macs, maps, features } = cnnCosts(layers)
  if (refusal(parameters)) return { refused: refusal(parameters) ?? "" }
  if (macs > 20 * backend.macsPerRun) return { refused: `${grouped(macs)} MACs take too long here. Choose fewer filters.` }
  const network = layers.map((layer, index) => loaded(backend, layer, index, hasBias))
  const picture = backend.tensors.randomUniform([1, ...sides, channels], 0, 1, "float32", 21)
  const flat = layers.findIndex(({ kind }) => kind === "flatten")
  const mapped = run(backend, network.slice(0, flat), picture, knobs)
  const scores = run(backend, network.slice(flat), mapped, knobs)
  return {
    backend: backend.name,
    rows: [
      compared("Maps before flattening", sizesText(maps), channelsFirst(mapped)),
      compared("Numbers after flattening", grouped(features), grouped(mapped.size)),
      compared("Scores", sizesText([1, readCnn(knobs).classes]), sizesText(scores.shape)),
      compared("Parameters", grouped(parameters), grouped(countOf(network) + (isNormalised ? scalesOf(layers) : 0))),
      await firstNumber(backend, network[0] as Loaded, picture),
      ...(await seen(backend, knobs)),
    ],
    timings: await timings(backend, network, flat, picture, mapped, knobs),
    note: `${sizeNote(image, sides).replace("; the weights are of full size", "; the first fully connected layer is smaller with it")}${isNormalised ? " Batch normalisation is counted, not run." : ""}`,
  }
}

const scalesOf = (layers: readonly CnnLayer[]): number =>
  layers.reduce((sum, { kind, output }) => sum + (kind === "convolution" ? 2 * (output[0] ?? 0) : 0), 0)

const countOf = (network: readonly Loaded[]): number =>
  network.reduce((sum, { kernel, bias }) => sum + (kernel?.size ?? 0) + (bias?.size ?? 0), 0)

/** Halved while it is too much and the network still fits. */
function affordableSides({ macsPerRun }: Backend, knobs: Knobs, image: Sides): Sides {
  let sides = image
  for (;;) {
    const { macs, parameters } = cnnCosts(cnnLayers(knobs, sides))
    const half: Sides = [Math.ceil(sides[0] / 2), Math.ceil(sides[1] / 2)]
    const elements = sides[0] * sides[1] * Math.max(readCnn(knobs).channels, readCnn(knobs).filters[0] ?? 1)
    const isSmall = macs <= macsPerRun && refusal(parameters) === undefined && elements < 8_000_000
    const halfLayers = cnnLayers(knobs, half)
    if (isSmall || Math.max(...sides) <= 16 || halfLayers.some(({ problems }) => problems.length > 0)) return sides
    sides = half
  }
}

/** Scaled so that numbers neither grow nor vanish. */
function loaded({ tensors }: Backend, layer: CnnLayer, index: number, hasBias: boolean): Loaded {
  const { kind, input, output, window } = layer
  const [from = 1, to = 1, size = 1] = [input[0], output[0], window?.size]
  if (kind !== "convolution" && kind !== "linear") return { layer }
  const shape = kind === "convolution" ? [size, size, from, to] : [from, to]
  const kernel = tensors.randomNormal(shape, 0, Math.sqrt(2 / (from * (kind === "convolution" ? size ** 2 : 1))), "float32", index + 1)
  const isShifted = kind === "linear" || hasBias
  return { layer, kernel, ...(isShifted && { bias: tensors.randomNormal([to], 0, 0.1, "float32", index + 101) }) }
}

const slidingOf = ({ stride, padding }: { readonly stride: number; readonly padding: number }): Sliding => ({
  strides: [stride, stride],
  padding: [sidesOf(padding), sidesOf(padding)],
  dilations: [1, 1],
})

function run(backend: Backend, network: readonly Loaded[], start: Held, knobs: Knobs): Held {
  const { pooling, classes } = readCnn(knobs)
  const { tensors } = backend
  return network.reduce((x, { layer, kernel, bias }, index) => {
    const { kind, window, output } = layer
    if (kind === "convolution" && kernel && window) {
      const sums = backend.conv2d(x, kernel, slidingOf(window))
      return tensors.relu(bias ? tensors.add(sums, bias) : sums)
    }
    if (kind === "pooling" && window) return pooled(backend, x, window, pooling)
    if (kind === "average") return averaged(backend, x, output[1] ?? 1)
    // Channels first, as torch lays them out; only the order of weights depends on it.
    if (kind === "flatten") return tensors.reshape(tensors.transpose(x, [0, 3, 1, 2]), [1, output[0] ?? 1])
    const sums = tensors.add(tensors.matMul(x, kernel as Held), bias as Held)
    return output[0] === classes && index === network.length - 1 ? sums : tensors.relu(sums)
  }, start)
}

const pooled = ({ tensors }: Backend, x: Held, { size, stride }: NonNullable<CnnLayer["window"]>, pooling: "max" | "average"): Held =>
  tensors[pooling === "max" ? "maxPool" : "avgPool"](x, [size, size], [stride, stride], "valid")

/** As adaptive pooling: each result is the mean of the places from ⌊i·n/m⌋ to ⌈(i+1)·n/m⌉. */
function averaged({ tensors, tensor }: Backend, x: Held, side: number): Held {
  const [, high = 1, wide = 1, channels = 1] = x.shape
  const shares = (length: number): Held => {
    const values = new Float32Array(side * length)
    for (let at = 0; at < side; at++) {
      const [from, to] = [Math.floor((at * length) / side), Math.ceil(((at + 1) * length) / side)]
      for (let place = from; place < to; place++) values[at * length + place] = 1 / (to - from)
    }
    return tensor(values, [side, length])
  }
  const down = tensors.reshape(tensors.matMul(shares(high), tensors.reshape(x, [high, wide * channels])), [side, wide, channels])
  const turned = tensors.reshape(tensors.transpose(down, [1, 0, 2]), [wide, side * channels])
  const across = tensors.reshape(tensors.matMul(shares(wide), turned), [side, side, channels])
  return tensors.expandDims(tensors.transpose(across, [1, 0, 2]), 0)
}

async function firstNumber(backend: Backend, { layer, kernel, bias }: Loaded, picture: Held): Promise<CheckRow> {
  const [before] = sidesOf(layer.window?.padding ?? 0)
  const sum = await firstCellByHand(backend, picture, kernel as Held, [before, before], [1, 1])
  const shift = bias ? ((await backend.values(bias))[0] ?? 0) : 0
  const made = backend.conv2d(picture, kernel as Held, slidingOf(layer.window ?? { stride: 1, padding: 0 }))
  const value = (await backend.values(bias ? backend.add(made, bias) : made))[0] ?? Number.NaN
  return comparedNumber("First number of convolution 1, before ReLU", sum + shift, value)
}

/** Larger fields of view than this are not measured. */
const MOST_SEEN = 256

/**
 * The gradient of one number of the last maps by the pixels is zero wherever it does not see. To find all it may see, the network is run with one
 * map for each layer, positive weights, and averages for maxima, on a picture without borders.
 */
export async function seen(backend: Backend, knobs: Knobs): Promise<CheckRow[]> {
  const { sees } = cnnCosts(cnnLayers(knobs))
  const what = "Pixels that one number of the last maps sees"
  if (sees > MOST_SEEN) return []
  const { tensors } = backend
  const sliding = cnnLayers(knobs).flatMap(({ window }) => (window ? [window] : []))
  const side = sees + 2
  const look = (picture: Held): Held =>
    sliding.reduce(
      (x, { size, stride }) =>
        backend.conv2d(x, tensors.mul(tensors.ones([size, size, 1, 1]), 1 / size), slidingOf({ stride, padding: 0 })),
      picture,
    )
  const [slope] = backend.gradients(
    (picture) => tensors.sum(tensors.slice(look(picture as Held), [0, 0, 0, 0], [1, 1, 1, 1])),
    [tensors.ones([1, side, side, 1])],
  )
  const values = await backend.values(slope as Held)
  const rows = new Set<number>()
  const columns = new Set<number>()
  for (const [at, value] of values.entries())
    if (value !== 0) {
      rows.add(Math.floor(at / side))
      columns.add(at % side)
    }
  return [compared(what, sizesText([sees, sees]), sizesText([spanOf(rows), spanOf(columns)]))]
}

const spanOf = (places: ReadonlySet<number>): number => (places.size === 0 ? 0 : Math.max(...places) - Math.min(...places) + 1)

async function timings(backend: Backend, network: readonly Loaded[], flat: number, picture: Held, mapped: Held, knobs: Knobs) {
  const { macs, connected } = cnnCosts(network.map(({ layer }) => layer))
  const [maps, head] = await backend.time(
    () => run(backend, network.slice(0, flat), picture, knobs),
    () => run(backend, network.slice(flat), mapped, knobs),
  )
  return [
    { what: "Convolutions and pooling", macs: macs - connected.macs, ...(maps as Measurement) },
    { what: "Fully connected layers", macs: connected.macs, ...(head as Measurement) },
  ]
}
