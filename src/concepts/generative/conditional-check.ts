/** The live check of conditional GANs: weights really made, what a label adds computed in two ways, and games told and not told. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, numberOf } from "../knobs.ts"
import { row, type Scene, type Tone } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { centreOf, clusterCount, conditionalOf, labelled, WORKED } from "./conditional-example.ts"
import { flat, paired, type Points, scatter } from "./plane-points.ts"
import { costOfOne, costOfZero, smallNetwork } from "./small-networks.ts"

const POINTS = 96

const dense = ({ tensors }: Backend, from: number, to: number): readonly Held[] => [tensors.zeros([from, to]), tensors.zeros([to])]

/** Both networks' weights, as a framework would make them. */
function weightsOf(backend: Backend, knobs: Knobs): readonly Held[] {
  const { latent, hidden, size, width, classes, isEmbedded } = conditionalOf(knobs)
  const table = isEmbedded ? [backend.tensors.zeros([classes, width])] : []
  const network = (from: number, to: number): readonly Held[] => [
    ...table,
    ...dense(backend, from + width, hidden),
    ...dense(backend, hidden, to),
  ]
  return [...network(latent, size), ...network(size, 1)]
}

/** The worked example's hidden number: noise and label joined and multiplied at once. */
async function joinedRow(backend: Backend, knobs: Knobs): Promise<CheckRow> {
  const { tensors } = backend
  const { worked } = conditionalOf(knobs)
  const rows = backend.tensor(Float32Array.from(worked.rows.flat()), [worked.rows.length, worked.width])
  const own = tensors.gather(rows, tensors.cast(backend.tensor(Float32Array.of(worked.own), [1]), "int32"))
  const joined = tensors.concat([backend.tensor(Float32Array.from(WORKED.noise), [1, WORKED.noise.length]), own], 1)
  const weights = backend.tensor(Float32Array.from([...WORKED.weights, ...worked.weights]), [WORKED.noise.length + worked.width, 1])
  const measured = await backend.number(tensors.sum(tensors.add(tensors.matMul(joined, weights), WORKED.bias)))
  return comparedNumber("The worked example: noise's part + label's part + bias", worked.before, measured)
}

interface Game {
  /** Mean distance from the class asked for. */
  readonly miss: number
  readonly points: Points
  readonly nearest: number
}

/** Mean distance of what was made from the centre of the class that was asked for. */
function missOf(points: Points, labels: readonly number[], count: number): number {
  const misses = points.map(([x, y], at) => {
    const [across, down] = centreOf(labels[at] ?? 0, count)
    return Math.hypot(x - across, y - down)
  })
  return misses.reduce((sum, miss) => sum + miss, 0) / misses.length
}

/** Share of points whose nearest centre is the one asked for. */
function nearestOf(points: Points, labels: readonly number[], count: number): number {
  const hits = points.filter(([x, y], at) => {
    const far = Array.from({ length: count }, (_, which) => {
      const [across, down] = centreOf(which, count)
      return Math.hypot(x - across, y - down)
    })
    return far.indexOf(Math.min(...far)) === labels[at]
  })
  return hits.length / points.length
}

/** Both games have networks of the same size; the one that is not told reads zeros instead of labels. */
async function play(backend: Backend, count: number, isTold: boolean, rounds: number): Promise<Game> {
  const { tensors } = backend
  const { points: real, labels } = labelled(POINTS, count)
  const data = backend.tensor(flat(real), [POINTS, 2])
  const hot = tensors.oneHot(tensors.cast(backend.tensor(Float32Array.from(labels), [POINTS]), "int32"), count)
  const said = isTold ? tensors.cast(hot, "float32") : tensors.zeros([POINTS, count])
  const noises = [511, 512, 513].map((seed) => tensors.randomNormal([POINTS, 2], 0, 1, "float32", seed))
  const generator = smallNetwork(backend, [2 + count, 24, 2], 521)
  const discriminator = smallNetwork(backend, [2 + count, 24, 1], 531)
  const made = (round: number): Held => generator.apply(tensors.concat([noises[round % noises.length] as Held, said], 1))
  const judge = (x: Held): Held => discriminator.apply(tensors.concat([x, said], 1))
  // Other noise than it learned from.
  const fresh = tensors.concat([tensors.randomNormal([POINTS, 2], 0, 1, "float32", 514), said], 1)
  const points = async (): Promise<Points> => paired(await backend.values(generator.apply(fresh)))
  await backend.trainInTurns(
    [
      {
        variables: discriminator.variables,
        loss: (round) => tensors.add(costOfOne(backend, judge(data)), costOfZero(backend, judge(made(round)))),
        optimizer: "rmsprop",
        learningRate: 0.01,
      },
      {
        variables: generator.variables,
        loss: (round) => costOfOne(backend, judge(made(round))),
        optimizer: "rmsprop",
        learningRate: 0.01,
      },
    ],
    rounds,
  )
  const after = await points()
  return { miss: missOf(after, labels, count), points: after, nearest: nearestOf(after, labels, count) }
}

const TONES: readonly Tone[] = ["first", "output", "warning", "third", "second", "fourth"]

function pictureOf(told: Game, untold: Game, count: number): Scene {
  const { points: real, labels } = labelled(POINTS, count)
  const plot = (id: string, label: string, points: Points) =>
    scatter(
      id,
      label,
      Array.from({ length: count }, (_, which) => ({
        points: points.filter((_point, at) => labels[at] === which),
        tone: TONES[which % TONES.length] as Tone,
        name: `${which}`,
      })),
      2.6,
    )
  return {
    title: "Points by the class that was asked for",
    description: `Of points made with a label ${Math.round(100 * told.nearest)} % lie nearest to their own class, of those made without one ${Math.round(100 * untold.nearest)} %.`,
    content: row(
      [plot("real", "Real", real), plot("told", "Made, told", told.points), plot("untold", "Made, not told", untold.points)],
      20,
    ),
  }
}

export async function checkConditional(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { generator, discriminator, classes, told: path, plain } = conditionalOf(knobs)
  const refused = refusal(generator + discriminator)
  if (refused) return { refused }
  const all = sizeOfAll(weightsOf(backend, knobs))
  const [count, rounds] = [clusterCount(classes), numberOf(knobs, "rounds")]
  const [told, untold] = [await play(backend, count, true, rounds), await play(backend, count, false, rounds)]
  return {
    backend: backend.name,
    rows: [
      compared("Parameters of both networks", grouped(generator + discriminator), grouped(all)),
      compared("Of those, for the label", grouped(2 * path), grouped(all - plain.generator - plain.discriminator)),
      await joinedRow(backend, knobs),
      {
        what: `Distance from the class asked for, told, after ${rounds} rounds`,
        predicted: `below ${untold.miss.toFixed(3)}, as without being told`,
        measured: told.miss.toFixed(3),
        agrees: told.miss < untold.miss,
      },
      {
        what: "Share of points nearest to the class asked for",
        predicted: `above ${(100 / count).toFixed(0)} %, as by chance`,
        measured: `${(100 * told.nearest).toFixed(0)} %`,
        agrees: told.nearest > 1 / count,
      },
    ],
    timings: [],
    picture: pictureOf(told, untold, count),
    note: `Points of ${count}${count < classes ? ` instead of ${grouped(classes)}` : ""} classes around a ring, ${POINTS} a round; networks of 24 hidden numbers that read labels as one-hot, or zeros where they are not told. The points judged are of noise that was not seen before.`,
  }
}
