/** Check of few-shot learning: episodes of random embeddings, really classified by their nearest prototype. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { settingsOf } from "./few-shot.ts"

/** Queries of each class. */
const QUERIES = 5
const MOST_SHOTS = 20
/** Elements of one tensor. */
const MOST_NUMBERS = 600_000
const MOST_EPISODES = 60

interface Episodes {
  readonly count: number
  /** [episodes, ways, 1, dimension] */
  readonly middles: Held
  /** [episodes, ways, shots, dimension] */
  readonly support: Held
  /** [episodes, ways · queries, dimension] */
  readonly queries: Held
}

function drawn({ tensors }: Backend, knobs: Knobs, shots: number): Episodes {
  const { ways, dimension, spread } = settingsOf(knobs)
  const count = Math.max(2, Math.min(MOST_EPISODES, Math.floor(MOST_NUMBERS / (ways * (shots + QUERIES) * dimension))))
  // Middles of classes are about 2 apart, whatever the dimension.
  const middles = tensors.randomNormal([count, ways, 1, dimension], 0, Math.sqrt(2 / dimension), "float32", 11)
  const around = (many: number, seed: number): Held =>
    tensors.add(middles, tensors.randomNormal([count, ways, many, dimension], 0, spread, "float32", seed))
  return { count, middles, support: around(shots, 12), queries: tensors.reshape(around(QUERIES, 13), [count, ways * QUERIES, dimension]) }
}

const unit = ({ tensors }: Backend, vectors: Held): Held =>
  tensors.div(vectors, tensors.sqrt(tensors.add(tensors.sum(tensors.square(vectors), -1, true), 1e-12)))

function prototypesOf({ tensors }: Backend, { support }: Episodes, shots: number): Held {
  const [count = 1, ways = 1, , dimension = 1] = support.shape
  return tensors.mean(tensors.slice(support, [0, 0, 0, 0], [count, ways, shots, dimension]), 2)
}

/** −d of each query to each prototype, by subtracting and squaring: [episodes, queries, ways]. */
function byDistance({ tensors }: Backend, queries: Held, prototypes: Held): Held {
  const apart = tensors.unstack(prototypes, 1).map((prototype) => tensors.sub(queries, tensors.expandDims(prototype, 1)))
  return tensors.neg(
    tensors.stack(
      apart.map((each) => tensors.sum(tensors.square(each), 2)),
      2,
    ),
  )
}

/** The same as a linear layer: weights 2 c, bias −|c|². */
function byLayer({ tensors }: Backend, queries: Held, prototypes: Held): Held {
  const bias = tensors.neg(tensors.expandDims(tensors.sum(tensors.square(prototypes), 2), 1))
  return tensors.add(tensors.matMul(queries, tensors.mul(prototypes, 2), false, true), bias)
}

/** The share of queries whose highest score is their own class. */
async function accuracy(backend: Backend, scores: Held, ways: number): Promise<number> {
  const chosen = await backend.values(backend.tensors.cast(backend.tensors.argMax(scores, 2), "float32"))
  const right = [...chosen].filter((way, at) => way === Math.floor((at % (ways * QUERIES)) / QUERIES)).length
  return right / chosen.length
}

export async function checkFewShot(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { ways, shots, dimension, spread, isCosine } = settingsOf(knobs)
  const { tensors } = backend
  const most = Math.max(shots, Math.min(MOST_SHOTS, 10))
  const episodes = drawn(backend, knobs, most)
  const shape = (vectors: Held): Held => (isCosine ? unit(backend, vectors) : vectors)
  const queries = shape(episodes.queries)
  const curve: number[] = []
  for (let many = 1; many <= most; many++) {
    const scores = byLayer(backend, queries, shape(prototypesOf(backend, episodes, many)))
    curve.push(await accuracy(backend, scores, ways))
  }
  const prototypes = prototypesOf(backend, episodes, shots)
  const error = await backend.number(
    tensors.mean(tensors.sum(tensors.square(tensors.sub(prototypes, tensors.squeeze(episodes.middles, [2]))), 2)),
  )
  const [one, other] = [byDistance, byLayer].map((score) => tensors.softmax(score(backend, queries, shape(prototypes)))) as [Held, Held]
  const difference = await backend.number(tensors.max(tensors.abs(tensors.sub(one, other))))
  const expected = (spread ** 2 * dimension) / shots
  const tolerance = 5 * Math.sqrt(2 / (episodes.count * ways * dimension))
  const [first = 0, reached = 0, last = 0] = [curve[0], curve[shots - 1], curve.at(-1)]
  // Three standard errors of a share of so many queries.
  const scatter = 1.5 / Math.sqrt(episodes.count * ways * QUERIES)
  const percentOf = (share: number): string => `${(100 * share).toFixed(1)} %`
  return {
    backend: backend.name,
    rows: [
      {
        what: "Squared distance of a prototype from its class's middle, σ² D ÷ K",
        predicted: `${expected.toFixed(3)} ± ${(100 * tolerance).toFixed(1)} %`,
        measured: error.toFixed(3),
        agrees: Math.abs(error / expected - 1) < tolerance,
      },
      comparedNumber("Nearest prototype against a linear layer 2c, −|c|²: largest difference of probabilities", 0, difference),
      {
        what: `Accuracy, ${shots}-shot`,
        predicted: `above chance, ${percentOf(1 / ways)} ± ${percentOf(scatter)}`,
        measured: percentOf(reached),
        agrees: reached > 1 / ways - scatter,
      },
      {
        what: `Accuracy, ${most}-shot against one-shot`,
        predicted: `at least ${percentOf(first)} ± ${percentOf(scatter)}`,
        measured: percentOf(last),
        agrees: last >= first - scatter,
      },
    ],
    timings: [],
    picture: pictureOf(curve, ways),
    note: `${episodes.count} random episodes of ${ways} classes with ${QUERIES} queries each; middles of classes are some 2 apart, whatever the dimension.`,
  }
}

function pictureOf(curve: readonly number[], ways: number): Scene {
  return {
    title: "More shots",
    description: `Accuracy rises from ${(100 * (curve[0] ?? 0)).toFixed(1)} % with one shot to ${(100 * (curve.at(-1) ?? 0)).toFixed(1)} % with ${curve.length}.`,
    content: {
      kind: "plot",
      id: "shots",
      label: "Accuracy by shots",
      width: 300,
      height: 150,
      x: { label: "examples of each class", from: 1, to: curve.length },
      y: { label: "accuracy", from: 0, to: 1, ticks: [0, 0.5, 1] },
      curves: [
        { tone: "output", name: "nearest prototype", points: curve.map((share, at) => [at + 1, share] as const) },
        {
          tone: "plain",
          name: "guessing",
          isDashed: true,
          points: [
            [1, 1 / ways],
            [curve.length, 1 / ways],
          ],
        },
      ],
    },
  }
}
