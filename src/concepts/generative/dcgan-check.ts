/** The live check of DCGAN: both networks run layer by layer, the worked axis painted, and a game on small images. */
import type { Backend } from "../backend.ts"
import { channelsFirst, compared, comparedNumber, sizeOfAll } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { type CountedLayer, totalOf } from "./counted-layers.ts"
import { type ConvolutionalGan, dcganOf, networksOf, PAINTED, paintedCells } from "./dcgan-networks.ts"
import { playWithImages, ROUNDS } from "./dcgan-game.ts"

const MOST_WEIGHTS = 8_000_000

/** With fewer filters, where the whole would take too long. */
function runnable({ macsPerRun }: Backend, whole: ConvolutionalGan): ConvolutionalGan {
  const cost = ({ generator, discriminator }: ConvolutionalGan, of: "parameters" | "macs"): number =>
    totalOf(generator, of) + totalOf(discriminator, of)
  let smaller = whole
  while (smaller.filters > 1 && (cost(smaller, "macs") > macsPerRun || cost(smaller, "parameters") > MOST_WEIGHTS))
    smaller = networksOf(whole.latent, Math.floor(smaller.filters / 2), whole.image, whole.channels)
  return smaller
}

interface Executed {
  readonly result: Held
  readonly weights: readonly Held[]
}

/** Over all cells of a channel, then scaled and shifted by weights. */
function normalised({ tensors }: Backend, x: Held, scale: Held, shift: Held): Held {
  const far = tensors.sub(x, tensors.mean(x, [0, 1, 2], true))
  const deviation = tensors.sqrt(tensors.add(tensors.mean(tensors.square(far), [0, 1, 2], true), 1e-5))
  return tensors.add(tensors.mul(tensors.div(far, deviation), scale), shift)
}

/** Weights in place of random ones: drawing millions takes longer than running them. */
function waves({ tensors }: Backend, shape: readonly number[]): Held {
  const size = shape.reduce((product, side) => product * side, 1)
  return tensors.mul(tensors.reshape(tensors.sin(tensors.range(0, size)), shape), 0.03)
}

/** One layer behind the other, on tensors of the sizes that were counted; a normalised layer has weights of its own. */
function executed(backend: Backend, given: Held, layers: readonly CountedLayer[], isGenerator: boolean): Executed {
  const { tensors } = backend
  const weights: Held[] = []
  let x = given
  layers.forEach(({ shape: [filters = 1] }, at) => {
    const [, side = 1, , channels = 1] = x.shape
    const isEnd = at === (isGenerator ? 0 : layers.length - 1)
    const [stride, padding] = isEnd ? ([1, "valid"] as const) : ([2, "same"] as const)
    const larger = isEnd ? side + 3 : 2 * side
    const kernel = waves(backend, isGenerator ? [4, 4, filters, channels] : [4, 4, channels, filters])
    weights.push(kernel)
    x = isGenerator
      ? tensors.conv2dTranspose(x, kernel, [1, larger, larger, filters], [stride, stride], padding)
      : tensors.conv2d(x, kernel, [stride, stride], padding)
    const isPlain = at === layers.length - 1 || (!isGenerator && at === 0)
    if (!isPlain) {
      const [scale, shift] = [tensors.ones([filters]), tensors.zeros([filters])]
      weights.push(scale, shift)
      x = normalised(backend, x, scale, shift)
    }
    if (at < layers.length - 1) x = isGenerator ? tensors.relu(x) : tensors.leakyRelu(x, 0.2)
  })
  return { result: isGenerator ? tensors.tanh(x) : x, weights }
}

function sizeRows(backend: Backend, { latent, generator, discriminator }: ConvolutionalGan): readonly CheckRow[] {
  const made = executed(backend, backend.tensors.randomNormal([1, 1, 1, latent], 0, 1, "float32", 30), generator, true)
  const judged = executed(backend, made.result, discriminator, false)
  return [
    compared("What the generator makes", sizesText(generator.at(-1)?.shape ?? []), channelsFirst(made.result)),
    compared("Generator's weights", grouped(totalOf(generator, "parameters")), grouped(sizeOfAll(made.weights))),
    compared("What the discriminator says of it", sizesText(discriminator.at(-1)?.shape ?? []), channelsFirst(judged.result)),
    compared("Discriminator's weights", grouped(totalOf(discriminator, "parameters")), grouped(sizeOfAll(judged.weights))),
  ]
}

/** The worked axis, as an image of one row: the kernel's other axis is one cell. */
async function paintedRow(backend: Backend): Promise<CheckRow> {
  const { input, kernel } = PAINTED
  const x = backend.tensor(Float32Array.from(input), [1, 1, input.length, 1])
  const weights = backend.tensor(Float32Array.from(kernel), [1, kernel.length, 1, 1])
  const made = await backend.values(backend.tensors.conv2dTranspose(x, weights, [1, 1, 2 * input.length, 1], [1, 2], "same"))
  const difference = Math.max(...paintedCells().map((cell, at) => Math.abs(cell - (made[at] ?? Number.POSITIVE_INFINITY))))
  return comparedNumber("Largest difference from the eight cells painted by hand", 0, difference)
}

export async function checkDcgan(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const whole = dcganOf(knobs)
  const run = runnable(backend, whole)
  const game = await playWithImages(backend)
  const fewer = run.filters === whole.filters ? "of full size" : `with ${run.filters} filters beside the image instead of ${whole.filters}`
  return {
    backend: backend.name,
    rows: [
      ...sizeRows(backend, run),
      await paintedRow(backend),
      {
        what: `Energy distance of real and made 8 × 8 images, after ${ROUNDS} rounds`,
        predicted: `below ${game.before.toFixed(3)}, as before training`,
        measured: game.after.toFixed(3),
        agrees: game.after < game.before,
      },
    ],
    timings: [],
    picture: game.picture,
    note: `Both networks ${fewer}, for one image. The game has networks of its own: kernels of 2 × 2 with stride 2, from 6 numbers over 2 × 2 and 4 × 4 to 8 × 8 and back, without normalisation, on spots that lie anywhere.`,
  }
}
