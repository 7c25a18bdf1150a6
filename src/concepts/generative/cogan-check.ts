/** The live check of CoGAN: weights really made, a shared weight's slope from both sides, and games of two pairs, coupled and apart. */
import type { Backend } from "../backend.ts"
import { compared, comparedNumber, refusal, sizeOfAll } from "../executed.ts"
import { grouped, numberOf } from "../knobs.ts"
import { row, type Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { type CoupledPair, coupledOf, EXAMPLE } from "./cogan-example.ts"
import { energyDistance, flat, paired, type Points, pointsOf, scatter } from "./plane-points.ts"
import { costOfOne, costOfZero, smallNetwork } from "./small-networks.ts"

const POINTS = 96

/** One tensor for what is shared, two for what is not. */
function weightsOf({ tensors }: Backend, { sizes, isShared }: CoupledPair): readonly Held[] {
  return sizes.slice(1).flatMap((size, at) => {
    const make = (): readonly Held[] => [tensors.zeros([sizes[at] ?? 1, size]), tensors.zeros([size])]
    return isShared(at) ? make() : [...make(), ...make()]
  })
}

async function slopeRows(backend: Backend, knobs: Knobs): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { slopes, weight } = coupledOf(knobs)
  const cost = (w: Held, scale: number, target: number): Held =>
    tensors.mul(tensors.square(tensors.sub(tensors.mul(w, scale * EXAMPLE.z), target)), 0.5)
  const at = [tensors.scalar(weight)]
  const slope = async (loss: (w: Held) => Held): Promise<number> => backend.number(backend.gradients((w) => loss(w as Held), at)[0] as Held)
  const first = (w: Held): Held => cost(w, EXAMPLE.a, EXAMPLE.first)
  const second = (w: Held): Held => cost(w, EXAMPLE.b, EXAMPLE.second)
  return [
    comparedNumber("Slope of the shared weight, by the first loss", slopes[0], await slope(first)),
    comparedNumber("By the second", slopes[1], await slope(second)),
    comparedNumber("By both together: their sum", slopes[0] + slopes[1], await slope((w) => tensors.add(first(w), second(w)))),
  ]
}

/** The second set is the first, smaller: what belongs together is known, but no network is told. */
const SMALLER = 0.6
const smaller = (points: Points): Points => points.map(([x, y]) => [SMALLER * x, SMALLER * y] as const)

interface Game {
  readonly before: number
  readonly after: number
  readonly made: readonly [Points, Points]
  /** How far what is made of the same noise is from belonging together. */
  readonly mismatch: number
}

async function play(backend: Backend, shape: string, isCoupled: boolean, rounds: number): Promise<Game> {
  const { tensors } = backend
  const real = [pointsOf(shape, POINTS), smaller(pointsOf(shape, POINTS))] as const
  const data = real.map((points) => backend.tensor(flat(points), [POINTS, 2]))
  const twice = <Made>(make: (which: number) => Made): readonly Made[] => [0, 1].map(make)
  const trunks = twice((which) => smallNetwork(backend, [2, 24], isCoupled ? 311 : 311 + 100 * which))
  const ends = twice((which) => smallNetwork(backend, [24, 2], 321 + which))
  const eyes = twice((which) => smallNetwork(backend, [2, 24], 331 + which))
  const verdicts = twice((which) => smallNetwork(backend, [24, 1], isCoupled ? 341 : 341 + 100 * which))
  // Coupled, the first serves both.
  const own = (which: number): number => (isCoupled ? 0 : which)
  const noise = tensors.randomNormal([POINTS, 2], 0, 1, "float32", 351)
  const made = (which: number): Held => ends[which]!.apply(tensors.leakyRelu(trunks[own(which)]!.apply(noise), 0.2))
  const judge = (which: number, x: Held): Held => verdicts[own(which)]!.apply(tensors.leakyRelu(eyes[which]!.apply(x), 0.2))
  const both = (cost: (which: number) => Held): Held => tensors.add(cost(0), cost(1))
  const variables = (shared: typeof trunks, each: typeof trunks): readonly Held[] =>
    [...(isCoupled ? shared.slice(0, 1) : shared), ...each].flatMap((network) => network.variables)
  const distance = async (): Promise<number> => {
    const points = [paired(await backend.values(made(0))), paired(await backend.values(made(1)))] as const
    return energyDistance(points[0], real[0]) + energyDistance(points[1], real[1])
  }
  const before = await distance()
  const learner = { optimizer: "rmsprop", learningRate: 0.01 } as const
  await backend.trainInTurns(
    [
      {
        ...learner,
        variables: variables(verdicts, eyes),
        loss: () =>
          both((which) => tensors.add(costOfOne(backend, judge(which, data[which]!)), costOfZero(backend, judge(which, made(which))))),
      },
      {
        ...learner,
        learningRate: 0.005,
        variables: variables(trunks, ends),
        loss: () => both((which) => costOfOne(backend, judge(which, made(which)))),
      },
    ],
    rounds,
  )
  const points = [paired(await backend.values(made(0))), paired(await backend.values(made(1)))] as const
  const wanted = smaller(points[0])
  const mismatch =
    wanted.reduce((sum, [x, y], at) => sum + Math.hypot(x - (points[1][at]?.[0] ?? 0), y - (points[1][at]?.[1] ?? 0)), 0) / POINTS
  return { before, after: await distance(), made: points, mismatch }
}

function pictureOf(coupled: Game, apart: Game): Scene {
  const plot = (id: string, label: string, { made: [first, second] }: Game) =>
    scatter(id, label, [
      { points: first, tone: "first", name: "first" },
      { points: second, tone: "output", name: "second set" },
    ])
  return {
    title: "What two generators make of the same noise",
    description: `What is made of the same noise is ${coupled.mismatch.toFixed(3)} from belonging together when coupled, ${apart.mismatch.toFixed(3)} apart.`,
    content: row([plot("coupled", "Coupled", coupled), plot("apart", "Apart", apart)], 30),
  }
}

export async function checkCoGan(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { together, generators, discriminators } = coupledOf(knobs)
  const refused = refusal(together)
  if (refused) return { refused }
  const [shape, rounds] = [String(knobs["shape"]), numberOf(knobs, "rounds")]
  const count = sizeOfAll([...weightsOf(backend, generators), ...weightsOf(backend, discriminators)])
  const [coupled, apart] = [await play(backend, shape, true, rounds), await play(backend, shape, false, rounds)]
  return {
    backend: backend.name,
    rows: [
      compared("Parameters of all four, coupled", grouped(together), grouped(count)),
      ...(await slopeRows(backend, knobs)),
      {
        what: `Energy distance of both sets from what is made, coupled, after ${rounds} rounds`,
        predicted: `below ${coupled.before.toFixed(3)}, as before training`,
        measured: coupled.after.toFixed(3),
        agrees: coupled.after < coupled.before,
      },
    ],
    timings: [],
    picture: pictureOf(coupled, apart),
    note: `The second set is the first, ${SMALLER} times as large, and ${POINTS} points each are seen unpaired. From belonging together, what is made of the same noise is ${coupled.mismatch.toFixed(3)} coupled and ${apart.mismatch.toFixed(3)} apart: nothing in the loss forces pairs, and so small a game need not find them.`,
  }
}
