/** The live check of InfoGAN: the bound on samples against exact integrals, a Q that learns it, and games with and without it. */
import type { Backend } from "../backend.ts"
import { numberOf } from "../knobs.ts"
import { row, type Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { boundOf, infoOf, places } from "./infogan-information.ts"
import { costOfOne, costOfZero, smallNetwork } from "./small-networks.ts"

const SAMPLES = 3000
const POINTS = 120

interface Coded {
  readonly codes: Held
  readonly x: Held
}

/** Codes by turns, so that each comes up equally often; x is the code's place and noise. */
function coded({ tensors, tensor }: Backend, count: number, at: readonly number[], seed: number): Coded {
  const whole = count - (count % at.length)
  const which = Array.from({ length: whole }, (_, index) => index % at.length)
  const codes = tensor(Float32Array.from(which.flatMap((own) => at.map((_, other) => Number(own === other)))), [whole, at.length])
  const place = tensor(
    Float32Array.from(which, (own) => at[own] ?? 0),
    [whole, 1],
  )
  return { codes, x: tensors.add(place, tensors.randomNormal([whole, 1], 0, 1, "float32", seed)) }
}

/** H(c) plus the mean of log Q at the true code. */
function boundBy({ tensors }: Backend, codes: Held, logits: Held): Held {
  const most = tensors.max(logits, 1, true)
  const shifted = tensors.sub(logits, most)
  const logs = tensors.sub(shifted, tensors.log(tensors.sum(tensors.exp(shifted), 1, true)))
  return tensors.add(tensors.mean(tensors.sum(tensors.mul(codes, logs), 1)), Math.log(codes.shape[1] ?? 1))
}

const within = (what: string, predicted: number, tolerance: number, measured: number): CheckRow => ({
  what,
  predicted: `${predicted.toFixed(3)} ± ${tolerance.toFixed(3)}`,
  measured: measured.toFixed(3),
  agrees: Math.abs(measured - predicted) <= tolerance,
})

async function sampledRows(backend: Backend, knobs: Knobs): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { categories, apart, trust } = infoOf(knobs)
  const at = places(categories, apart)
  const { codes, x } = coded(backend, SAMPLES, at, 211)
  const centres = backend.tensor(Float32Array.from(at), [1, categories])
  const sampled = async (scale: number): Promise<number> =>
    backend.number(boundBy(backend, codes, tensors.mul(tensors.square(tensors.sub(x, centres)), -scale / 2)))
  const row = async (what: string, scale: number): Promise<CheckRow> => {
    const { bound, scatter } = boundOf(categories, apart, scale)
    return within(what, bound, 0.005 + (4 * scatter) / Math.sqrt(codes.shape[0] ?? 1), await sampled(scale))
  }
  return [await row("Bound with the true posterior: the exact I(c; x)", 1), await row(`Bound with the example's Q, trust ${trust}`, trust)]
}

/** Learns from some samples, and is measured on others. */
async function learnedRow(backend: Backend, knobs: Knobs): Promise<CheckRow> {
  const { categories, apart, information } = infoOf(knobs)
  const at = places(categories, apart)
  const [seen, fresh] = [coded(backend, 600, at, 221), coded(backend, SAMPLES, at, 222)]
  // Inputs of about ±1, wherever the places are.
  const scale = 1 / (1 + Math.abs(at[0] ?? 0))
  const guess = smallNetwork(backend, [1, 24, categories], 231)
  const logits = (x: Held): Held => guess.apply(backend.tensors.mul(x, scale))
  await backend.train([...guess.variables], () => backend.tensors.neg(boundBy(backend, seen.codes, logits(seen.x))), {
    optimizer: "adam",
    learningRate: 0.05,
    steps: 100,
  })
  const measured = await backend.number(boundBy(backend, fresh.codes, logits(fresh.x)))
  const [most, least] = [information + 0.05, information * 0.7 - 0.1]
  return {
    what: "Bound with a Q that was trained: not above I, and near it",
    predicted: `${least.toFixed(3)} … ${most.toFixed(3)}`,
    measured: measured.toFixed(3),
    agrees: measured <= most && measured >= least,
  }
}

interface Game {
  readonly bounds: readonly number[]
  readonly after: number
}

/** Numbers on a line; Q reads what is made through layers of its own here, so that it learns in both games. */
async function play(backend: Backend, knobs: Knobs, weight: number): Promise<Game> {
  const { tensors } = backend
  const { categories, apart } = infoOf(knobs)
  const at = places(categories, apart)
  const spread = 1 / (1 + Math.abs(at[0] ?? 0))
  const real = tensors.mul(coded(backend, POINTS, at, 241).x, spread)
  const { codes } = coded(backend, POINTS, at, 242)
  const noise = tensors.randomNormal([codes.shape[0] ?? 1, 1], 0, 1, "float32", 243)
  const generator = smallNetwork(backend, [1 + categories, 24, 1], 251)
  const discriminator = smallNetwork(backend, [1, 24, 1], 261)
  const recovery = smallNetwork(backend, [1, 24, categories], 271)
  // The code begins as a whisper beside the noise.
  const made = (): Held => generator.apply(backend.concat([noise, tensors.mul(codes, 0.2)], 1))
  const bound = (x: Held): Held => boundBy(backend, codes, recovery.apply(x))
  const rounds = numberOf(knobs, "rounds")
  const learner = { optimizer: "rmsprop", learningRate: 0.01 } as const
  const [, losses = new Float32Array()] = await backend.trainInTurns(
    [
      {
        ...learner,
        variables: discriminator.variables,
        loss: () => tensors.add(costOfOne(backend, discriminator.apply(real)), costOfZero(backend, discriminator.apply(made()))),
      },
      { ...learner, variables: recovery.variables, loss: () => tensors.neg(bound(made())) },
      {
        ...learner,
        variables: generator.variables,
        loss: () => {
          const x = made()
          const judged = costOfOne(backend, discriminator.apply(x))
          return weight === 0 ? judged : tensors.sub(judged, tensors.mul(bound(x), weight))
        },
      },
    ],
    rounds,
  )
  return { bounds: [...losses].map((loss) => -loss), after: await backend.number(bound(made())) }
}

function pictureOf(without: Game, informed: Game, entropy: number, rounds: number): Scene {
  const curve = ({ bounds }: Game): readonly (readonly [number, number])[] =>
    bounds.map((value, at) => [at + 1, Math.max(-0.5, value)] as const)
  return {
    title: "The bound while both games are played",
    description: `After ${rounds} rounds the bound is ${without.after.toFixed(3)} nats without it in the loss, ${informed.after.toFixed(3)} with it, of ${entropy.toFixed(3)} at most.`,
    content: row([
      {
        kind: "plot",
        id: "bounds",
        label: "What Q recovers of the code",
        width: 340,
        height: 180,
        x: { label: "round", from: 0, to: rounds },
        y: { label: "bound in nats", from: -0.5, to: Math.ceil(entropy * 2) / 2, ticks: [-0.5, 0, Math.ceil(entropy * 2) / 2] },
        curves: [
          { tone: "warning", name: "without", points: curve(without) },
          { tone: "output", name: "with the bound", points: curve(informed) },
          {
            tone: "plain",
            name: "H(c)",
            isDashed: true,
            points: [
              [0, entropy],
              [rounds, entropy],
            ],
          },
        ],
      },
    ]),
  }
}

export async function checkInfoGan(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { weight, entropy } = infoOf(knobs)
  const rounds = numberOf(knobs, "rounds")
  const [without, informed] = [await play(backend, knobs, 0), await play(backend, knobs, weight)]
  return {
    backend: backend.name,
    rows: [
      ...(await sampledRows(backend, knobs)),
      await learnedRow(backend, knobs),
      {
        what: `Bound after ${rounds} rounds of a game with it in the loss`,
        predicted: `above ${without.after.toFixed(3)}, as without it`,
        measured: informed.after.toFixed(3),
        agrees: informed.after > without.after,
      },
    ],
    timings: [],
    picture: pictureOf(without, informed, entropy, rounds),
    note: `${SAMPLES} samples; tolerances are four standard errors of their mean. The games are about numbers on a line, with networks of 24 hidden numbers, ${POINTS} examples and the same first weights; Q has layers of its own, so that it learns in both.`,
  }
}
