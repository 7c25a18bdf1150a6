/** The live check of GANs: the best discriminator by its formula, both losses' slopes, and a small game on points of the plane. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import { row, type Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { energyDistance, flat, paired, type Points, pointsOf, scatter } from "./plane-points.ts"
import { costOfOne, costOfZero, smallNetwork } from "./small-networks.ts"

const POINTS = 96
const SAMPLES = 2000
/** How far right and up of the middle the first points are made. */
const BESIDE = 1.5

/** Between two normal distributions of deviation 1 the best logit is a line, as steep as their means are apart. */
async function bestDiscriminator(backend: Backend, apart: number): Promise<CheckRow> {
  const { tensors } = backend
  const noise = (seed: number): Held => tensors.randomNormal([SAMPLES], 0, 1, "float32", seed)
  const [real, fake] = [tensors.add(noise(51), apart / 2), tensors.sub(noise(52), apart / 2)]
  const weights = [backend.variable(tensors.scalar(0)), backend.variable(tensors.scalar(0))] as const
  const logit = (x: Held): Held => tensors.add(tensors.mul(x, weights[0]), weights[1])
  await backend.train([...weights], () => tensors.add(costOfOne(backend, logit(real)), costOfZero(backend, logit(fake))), {
    optimizer: "adam",
    learningRate: 0.25,
    steps: 60,
  })
  const measured = await backend.number(weights[0])
  const tolerance = 0.15 + 0.15 * apart
  return {
    what: "Slope of a trained discriminator's logit: μ − μ′",
    predicted: `${apart.toFixed(2)} ± ${tolerance.toFixed(2)}`,
    measured: measured.toFixed(2),
    agrees: Math.abs(measured - apart) <= tolerance,
  }
}

/** By the logit, where D = σ(logit) is what it says of something made. */
async function slopeRows(backend: Backend, verdict: number): Promise<readonly CheckRow[]> {
  const at = [backend.tensors.scalar(Math.log(verdict / (1 - verdict)))]
  const slope = async (loss: (logit: Held) => Held): Promise<number> =>
    backend.number(backend.gradients((logit) => loss(logit as Held), at)[0] as Held)
  return [
    comparedNumber(
      "Slope of log(1 − D) by the logit: −D",
      -verdict,
      await slope((logit) => backend.tensors.neg(costOfZero(backend, logit))),
    ),
    comparedNumber("Slope of −log D: D − 1", verdict - 1, await slope((logit) => costOfOne(backend, logit))),
  ]
}

interface Game {
  readonly real: Points
  readonly before: Points
  readonly after: Points
}

async function play(backend: Backend, shape: string, loss: string, rounds: number): Promise<Game> {
  const { tensors } = backend
  const real = pointsOf(shape, POINTS)
  const data = backend.tensor(flat(real), [POINTS, 2])
  const untrained = smallNetwork(backend, [2, 24, 2], 61)
  // It begins beside the data, not among it.
  const generator = { variables: untrained.variables, apply: (x: Held) => tensors.add(untrained.apply(x), BESIDE) }
  const discriminator = smallNetwork(backend, [2, 24, 1], 71)
  // Chosen once: drawing anew costs more than the step itself.
  const noises = [81, 82, 83, 84].map((seed) => tensors.randomNormal([POINTS, 2], 0, 1, "float32", seed))
  const noise = (round: number): Held => noises[round % noises.length] as Held
  const judge = (made: Held): Held => discriminator.apply(made)
  const before = paired(await backend.values(generator.apply(noise(0))))
  await backend.trainInTurns(
    [
      {
        variables: discriminator.variables,
        loss: (round) => tensors.add(costOfOne(backend, judge(data)), costOfZero(backend, judge(generator.apply(noise(round))))),
        optimizer: "rmsprop",
        learningRate: 0.01,
      },
      {
        variables: generator.variables,
        loss: (round) => {
          const logits = judge(generator.apply(noise(round)))
          return loss === "minimax" ? tensors.neg(costOfZero(backend, logits)) : costOfOne(backend, logits)
        },
        optimizer: "rmsprop",
        learningRate: 0.005,
      },
    ],
    rounds,
  )
  return { real, before, after: paired(await backend.values(generator.apply(noise(0)))) }
}

function pictureOf({ real, before, after }: Game, rounds: number): Scene {
  const sets = (made: Points) => [
    { points: real, tone: "input" as const, name: "real" },
    { points: made, tone: "output" as const, name: "made" },
  ]
  return {
    title: "Real points and points that were made",
    description: `Before training the points made are ${energyDistance(real, before).toFixed(3)} from the real ones by energy distance; after ${rounds} rounds ${energyDistance(real, after).toFixed(3)}.`,
    content: row([scatter("before", "Before training", sets(before)), scatter("after", `After ${rounds} rounds`, sets(after))], 30),
  }
}

export async function checkGan(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const rounds = numberOf(knobs, "rounds")
  const game = await play(backend, String(knobs["shape"]), String(knobs["loss"]), rounds)
  const [first, last] = [energyDistance(game.real, game.before), energyDistance(game.real, game.after)]
  return {
    backend: backend.name,
    rows: [
      await bestDiscriminator(backend, numberOf(knobs, "apart")),
      ...(await slopeRows(backend, numberOf(knobs, "fake"))),
      {
        what: `Energy distance of real and made points, after ${rounds} rounds`,
        predicted: `below ${first.toFixed(3)}, as before training`,
        measured: last.toFixed(3),
        agrees: last < first,
      },
    ],
    timings: [],
    picture: pictureOf(game, rounds),
    note: `A generator and a discriminator with 24 hidden numbers each, ${POINTS} points a round, RMSprop. A game need not settle: more rounds may be worse again, and few say little.`,
  }
}
