/** The live check of WGAN: both distances on samples, critics held by clipping and by a penalty, and two games from afar. */
import type { Backend } from "../backend.ts"
import { numberOf } from "../knobs.ts"
import { row, type Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held, Player } from "../tensors.ts"
import { costOfOne, costOfZero, type SmallNetwork, smallNetwork } from "./small-networks.ts"
import { type Apart, apartOf, divergenceOf, meanMove, steepest } from "./wgan-example.ts"

/** From the end of one to the beginning of the other. */
const FAR = 1
/** Of the critic, for each of the generator's. */
const FEW = 3
const SAMPLES = 2000
const POINTS = 64
const BINS = 60
/** Of the check's networks. */
const MOST_HIDDEN = 64
/** Steps of critic and discriminator before the game, so that both know what they are talking about. */
const BEFORE = 120
/** Of a judge in each game. */
const MOST_STEPS = 90
const LEARNER = { optimizer: "adam", learningRate: 0.03 } as const
const CLIPPED = { optimizer: "rmsprop", steps: 80 } as const

const within = (what: string, predicted: number, tolerance: number, measured: number, digits = 3): CheckRow => ({
  what,
  predicted: `${predicted.toFixed(digits)} ± ${tolerance.toFixed(digits)}`,
  measured: measured.toFixed(digits),
  agrees: Math.abs(measured - predicted) <= tolerance,
})

/** A critic is given numbers of about ±1, wherever the points are. */
function scaled(
  { tensors }: Backend,
  { apart, width }: Apart,
  least: number,
): { readonly scale: number; readonly view: (x: Held) => Held } {
  const middle = (apart + width) / 2
  const scale = Math.max(least, middle)
  return { scale, view: (x) => tensors.mul(tensors.sub(x, middle), 1 / scale) }
}

/** Relative frequencies in bins over all there is. */
function histogram(values: Float32Array, { apart, width }: Apart): Float32Array {
  const counts = new Float32Array(BINS)
  for (const value of values) {
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor((BINS * value) / (apart + width || 1))))
    counts[bin] = (counts[bin] ?? 0) + 1 / values.length
  }
  return counts
}

/** ½ KL(p, m) + ½ KL(q, m), where m is the mean of both; empty bins count nothing. */
async function divergenceBy(backend: Backend, left: Float32Array, right: Float32Array): Promise<number> {
  const { tensors } = backend
  const [p, q] = [backend.tensor(left, [BINS]), backend.tensor(right, [BINS])]
  const mean = tensors.mul(tensors.add(p, q), 0.5)
  const half = (share: Held): Held =>
    tensors.mul(
      tensors.sum(tensors.mul(share, tensors.sub(tensors.log(tensors.maximum(share, 1e-12)), tensors.log(tensors.maximum(mean, 1e-12))))),
      0.5,
    )
  return backend.number(tensors.add(half(p), half(q)))
}

async function distanceRows(backend: Backend, both: Apart): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const draw = (from: number, seed: number): Held => tensors.add(tensors.randomUniform([SAMPLES], 0, both.width, "float32", seed), from)
  const [made, real] = [await backend.values(draw(0, 411)), await backend.values(draw(both.apart, 412))]
  return [
    within(
      "Jensen–Shannon divergence of the samples",
      divergenceOf(both),
      0.05,
      await divergenceBy(backend, histogram(made, both), histogram(real, both)),
    ),
    within(
      "Wasserstein distance of the samples, sorted",
      both.apart,
      0.01 + (4 * both.width) / Math.sqrt(SAMPLES),
      meanMove([...made], [...real]).mean,
    ),
  ]
}

interface Sets {
  readonly made: Held
  readonly real: Held
}

/** Evenly spread, so that little is left to chance. */
function setsOf({ tensor }: Backend, { apart, width }: Apart): Sets {
  const at = (from: number): Held =>
    tensor(
      Float32Array.from({ length: POINTS }, (_, index) => from + (width * (index + 0.5)) / POINTS),
      [POINTS, 1],
    )
  return { made: at(0), real: at(apart) }
}

const gapOf = ({ tensors }: Backend, score: (x: Held) => Held, { made, real }: Sets): Held =>
  tensors.sub(tensors.mean(score(real)), tensors.mean(score(made)))

/** By each point itself. */
const slopesOf = (backend: Backend, score: (x: Held) => Held, x: Held): Held =>
  backend.gradients((at) => backend.tensors.sum(score(at as Held)), [x])[0] as Held

async function clippedRow(backend: Backend, both: Apart, hidden: number, clip: number): Promise<CheckRow> {
  const { scale, view } = scaled(backend, both, 0.01)
  const critic = smallNetwork(backend, [1, hidden, 1], 421)
  const sets = setsOf(backend, both)
  const most = steepest(clip, hidden, 1) / scale
  const distance = (): Held =>
    backend.tensors.div(
      gapOf(backend, (x) => critic.apply(view(x)), sets),
      most,
    )
  const training = { ...CLIPPED, learningRate: clip / 10, clip }
  const loss = (): Held => backend.tensors.neg(distance())
  // The first weights are far outside the limit, and an optimizer would remember their slopes.
  await backend.train(critic.variables, loss, { ...training, steps: 1 })
  await backend.train(critic.variables, loss, training)
  return within(
    `Distance by a critic with weights within ±${clip}: its gap ÷ ${most.toPrecision(3)}, its steepest slope`,
    both.apart,
    0.01 + 0.05 * both.apart,
    await backend.number(distance()),
  )
}

interface Sides {
  readonly critic: SmallNetwork
  readonly discriminator: SmallNetwork
  readonly score: (x: Held) => Held
  readonly logit: (x: Held) => Held
}

function sidesOf(backend: Backend, both: Apart, hidden: number): Sides {
  const { view } = scaled(backend, both, 0.5)
  const [critic, discriminator] = [smallNetwork(backend, [1, hidden, 1], 431), smallNetwork(backend, [1, hidden, 1], 431)]
  return { critic, discriminator, score: (x) => critic.apply(view(x)), logit: (x) => discriminator.apply(view(x)) }
}

interface Lipschitz {
  readonly both: Apart
  readonly penalty: number
  readonly step: number
}

/** What a critic minimises: its gap turned round, and λ for being too steep at points between made and real ones. */
function criticLoss(backend: Backend, score: Sides["score"], sets: Sets, { both, penalty, step }: Lipschitz): Held {
  const { tensors } = backend
  const share = tensors.randomUniform([POINTS, 1], 0, 1, "float32", 441 + step)
  const between = tensors.add(sets.made, tensors.mul(share, tensors.sub(sets.real, sets.made)))
  const near = 0.01 * Math.max(0.5, both.apart + both.width)
  // Between neighbours: the library has no gradients of gradients for this activation.
  const slopes = tensors.div(tensors.sub(score(tensors.add(between, near)), score(tensors.sub(between, near))), 2 * near)
  const beyond = tensors.relu(tensors.sub(tensors.abs(slopes), 1))
  return tensors.sub(tensors.mul(tensors.mean(tensors.square(beyond)), penalty), gapOf(backend, score, sets))
}

const discriminatorLoss = (backend: Backend, logit: Sides["logit"], { made, real }: Sets): Held =>
  backend.tensors.add(costOfOne(backend, logit(real)), costOfZero(backend, logit(made)))

/** log(1 − D): what the discriminator leaves the generator to learn from, as the game is written. */
const minimax = ({ tensors }: Backend, logits: Held): Held => tensors.neg(tensors.softplus(logits))

async function heldRows(backend: Backend, both: Apart, sides: Sides, penalty: number): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const sets = setsOf(backend, both)
  const training = { ...LEARNER, steps: BEFORE }
  await backend.train(sides.critic.variables, (step) => criticLoss(backend, sides.score, sets, { both, penalty, step }), training)
  await backend.train(sides.discriminator.variables, () => discriminatorLoss(backend, sides.logit, sets), training)
  const steep = async (value: (x: Held) => Held): Promise<number> =>
    backend.number(tensors.mean(tensors.abs(slopesOf(backend, value, sets.made))))
  const critics = await steep(sides.score)
  const discriminators = await steep((x) => minimax(backend, sides.logit(x)))
  const expected = both.apart + both.apart ** 2 / (2 * penalty)
  const distance = await backend.number(gapOf(backend, sides.score, sets))
  const held = within("Distance by a critic with the penalty: θ + θ² ÷ 2λ", expected, 0.01 + 0.1 * expected + 0.05 * both.width, distance)
  // Where the two meet, the discriminator's slopes are steep.
  if (both.apart < both.width + FAR / 2) return [held]
  const less = {
    what: "Slope of log(1 − D) at what is made, after as many steps",
    predicted: `below the critic's ${critics.toFixed(3)}`,
    measured: discriminators < 1e-3 ? discriminators.toExponential(1) : discriminators.toFixed(3),
    agrees: discriminators < critics,
  }
  return [held, less]
}

type Distances = readonly number[]

/** The generator is one number: how far what it makes is moved. Plain steps, which are as long as the slope says. */
async function play(
  backend: Backend,
  both: Apart,
  { rounds, step }: { readonly rounds: number; readonly step: number },
  loss: (made: Held) => Held,
  judge: Omit<Player, "loss"> & { readonly loss: (made: Held, round: number) => Held },
): Promise<Distances> {
  const { tensors } = backend
  const { made } = setsOf(backend, both)
  const moved = backend.variable(tensors.scalar(0))
  const fake = (): Held => tensors.add(made, moved)
  const generator = { optimizer: "sgd", learningRate: step, variables: [moved] } as const
  // Learns nothing: its losses are the distances.
  const observer = { optimizer: "sgd", learningRate: 0, variables: [moved] } as const
  const [, , distances = new Float32Array()] = await backend.trainInTurns(
    [
      { ...judge, loss: (round) => judge.loss(fake(), round) },
      { ...generator, loss: () => loss(fake()) },
      { ...observer, loss: () => tensors.abs(tensors.sub(moved, both.apart)) },
    ],
    rounds,
  )
  return [both.apart, ...distances]
}

function pictureOf(wasserstein: Distances, minimax: Distances, apart: number): Scene {
  const rounds = wasserstein.length - 1
  const curve = (distances: Distances) => distances.map((distance, at) => [at, distance] as const)
  const top = Math.max(1, Math.ceil(apart))
  return {
    title: "Two games from afar",
    description: `From ${apart} apart, a critic's slopes bring what is made to ${wasserstein.at(-1)?.toFixed(3)} in ${rounds} rounds; a discriminator's to ${minimax.at(-1)?.toFixed(3)}.`,
    content: row([
      {
        kind: "plot",
        id: "games",
        label: "Distance of made from real",
        width: 340,
        height: 180,
        x: { label: "round", from: 0, to: rounds },
        y: { label: "distance", from: 0, to: top, ticks: [0, top / 2, top] },
        curves: [
          { tone: "output", name: "critic", points: curve(wasserstein) },
          { tone: "warning", name: "discriminator, log(1 − D)", points: curve(minimax) },
        ],
      },
    ]),
  }
}

async function gameOf(backend: Backend, both: Apart, sides: Sides, penalty: number, steps: number) {
  const { tensors } = backend
  const { real } = setsOf(backend, both)
  // So many steps of a judge are done within half a second.
  const rounds = Math.max(6, Math.min(24, Math.floor(MOST_STEPS / steps)))
  const learner = { ...LEARNER, steps }
  // Such that a slope as steep as the penalty allows would just arrive.
  const way = { rounds, step: both.apart / rounds / (1 + both.apart / (2 * penalty)) }
  const wasserstein = await play(backend, both, way, (made) => tensors.neg(tensors.mean(sides.score(made))), {
    ...learner,
    variables: sides.critic.variables,
    loss: (made, step) => criticLoss(backend, sides.score, { made, real }, { both, penalty, step }),
  })
  const written = await play(backend, both, way, (made) => tensors.mean(minimax(backend, sides.logit(made))), {
    ...learner,
    variables: sides.discriminator.variables,
    loss: (made) => discriminatorLoss(backend, sides.logit, { made, real }),
  })
  return { rounds, wasserstein, written }
}

export async function checkWgan(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const both = apartOf(knobs)
  const hidden = Math.min(MOST_HIDDEN, numberOf(knobs, "hidden"))
  const [penalty, steps] = [numberOf(knobs, "penalty"), numberOf(knobs, "steps")]
  // Nothing holds a critic's slope at the very end of the data, where all points would be.
  const spread = { ...both, width: Math.max(both.width, both.apart / 5) }
  const sides = sidesOf(backend, spread, hidden)
  const rows = [
    ...(await distanceRows(backend, both)),
    await clippedRow(backend, both, hidden, numberOf(knobs, "clip")),
    ...(await heldRows(backend, spread, sides, penalty)),
  ]
  const { rounds, wasserstein, written } = await gameOf(backend, spread, sides, penalty, steps)
  const [near, far] = [wasserstein.at(-1) ?? 0, written.at(-1) ?? 0]
  const played: readonly CheckRow[] = [
    {
      what: `Distance after ${rounds} rounds against the critic`,
      predicted: `below half, ${(both.apart / 2).toFixed(3)}`,
      measured: near.toFixed(3),
      agrees: near < both.apart / 2,
    },
    {
      what: "As many against the discriminator",
      predicted: `above the critic's ${near.toFixed(3)}`,
      measured: far.toFixed(3),
      agrees: far > near,
    },
  ]
  return {
    backend: backend.name,
    // Where the two touch, a discriminator leads there as well; with few steps or little to go, neither game says much.
    rows: both.apart < FAR || steps < FEW ? rows : [...rows, ...played.slice(0, both.apart >= both.width + FAR ? 2 : 1)],
    timings: [],
    picture: pictureOf(wasserstein, written, both.apart),
    note: `Points on a line, and judges of ${hidden} hidden numbers that had ${BEFORE} steps before the game; with the penalty, points are spread over at least a fifth of the distance. The penalty is for slopes above 1 only, so that a critic that begins the wrong way round finds back. The games' generator is one number: how far it moves what it makes.`,
  }
}
