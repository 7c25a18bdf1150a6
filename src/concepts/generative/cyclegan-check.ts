/** The live check of CycleGAN: the cycle's loss and slope by back-propagation, and two games between sets of points, without the cycle and with it. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import { column, row, type Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { colouredByPlace } from "./cyclegan-diagram.ts"
import { COUNT, cycleOf, domainsOf, EXAMPLE, meanError } from "./cyclegan-networks.ts"
import { energyDistance, flat, paired, type Points, scatter } from "./plane-points.ts"
import { costOfOne, costOfZero, smallNetwork } from "./small-networks.ts"

/** Maps that only scale: x forth by a, back by b. */
async function cycleRows(backend: Backend, knobs: Knobs): Promise<readonly CheckRow[]> {
  const { tensors } = backend
  const { weight, forth, back, loss, slope } = cycleOf(knobs)
  const x = backend.tensor(Float32Array.from(EXAMPLE), [EXAMPLE.length])
  const cycle = (a: Held): Held => tensors.mul(tensors.mean(tensors.abs(tensors.sub(tensors.mul(tensors.mul(x, a), back), x))), weight)
  const at = tensors.scalar(forth)
  const value = comparedNumber("Cycle loss λ · mean |F(G(x)) − x| of the example", loss, await backend.number(cycle(at)))
  // Where F undoes G exactly the absolute value has a corner, and no slope.
  if (Math.abs(forth * back - 1) < 1e-6) return [value]
  const [by] = backend.gradients((a) => cycle(a as Held), [at])
  return [value, comparedNumber("Its slope by G's scale", slope, await backend.number(by as Held))]
}

interface Game {
  readonly made: Points
  readonly returned: Points
  /** Of both ways round, together. */
  readonly error: number
  /** Of both sets from what is made of the other, together. */
  readonly distance: number
}

/** Both games begin with the same weights. */
async function play(backend: Backend, shape: string, weight: number, rounds: number): Promise<{ before: Game; after: Game }> {
  const { tensors } = backend
  const { from, to } = domainsOf(shape)
  const [x, y] = [backend.tensor(flat(from), [COUNT, 2]), backend.tensor(flat(to), [COUNT, 2])]
  const [forth, back] = [smallNetwork(backend, [2, 20, 2], 121), smallNetwork(backend, [2, 20, 2], 131)]
  const [judgeX, judgeY] = [smallNetwork(backend, [2, 20, 1], 141), smallNetwork(backend, [2, 20, 1], 151)]
  const apart = (left: Held, right: Held): Held => tensors.mul(tensors.mean(tensors.abs(tensors.sub(left, right))), 2)
  const total = (...parts: readonly Held[]): Held => parts.reduce((sum, part) => tensors.add(sum, part))
  const measured = async (): Promise<Game> => {
    const [made, other] = [forth.apply(x), back.apply(y)]
    const [there, here] = [paired(await backend.values(made)), paired(await backend.values(other))]
    const returned = paired(await backend.values(back.apply(made)))
    const error = meanError(returned, from) + meanError(paired(await backend.values(forth.apply(other))), to)
    return { made: there, returned, error, distance: energyDistance(there, to) + energyDistance(here, from) }
  }
  const before = await measured()
  await backend.trainInTurns(
    [
      {
        variables: [...judgeX.variables, ...judgeY.variables],
        loss: () =>
          total(
            costOfOne(backend, judgeY.apply(y)),
            costOfZero(backend, judgeY.apply(forth.apply(x))),
            costOfOne(backend, judgeX.apply(x)),
            costOfZero(backend, judgeX.apply(back.apply(y))),
          ),
        optimizer: "rmsprop",
        learningRate: 0.01,
      },
      {
        variables: [...forth.variables, ...back.variables],
        loss: () => {
          const [made, other] = [forth.apply(x), back.apply(y)]
          const judged = total(costOfOne(backend, judgeY.apply(made)), costOfOne(backend, judgeX.apply(other)))
          if (weight === 0) return judged
          return total(judged, tensors.mul(total(apart(back.apply(made), x), apart(forth.apply(other), y)), weight))
        },
        optimizer: "rmsprop",
        learningRate: 0.005,
      },
    ],
    rounds,
  )
  return { before, after: await measured() }
}

function pictureOf(without: Game, within: Game): Scene {
  const pair = (id: string, name: string, game: Game) =>
    row(
      [
        scatter(`${id}-made`, `G(x) ${name}`, colouredByPlace(game.made)),
        scatter(`${id}-back`, `F(G(x)) ${name}`, colouredByPlace(game.returned)),
      ],
      30,
    )
  return {
    title: "Points sent forth and back",
    description: `Without the cycle what returns is ${without.error.toFixed(3)} from where it began, both ways together; with it ${within.error.toFixed(3)}.`,
    content: column([pair("without", "without cycle", without), pair("with", "with cycle", within)], 24),
  }
}

export async function checkCycleGan(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const [shape, rounds, weight] = [String(knobs["shape"]), numberOf(knobs, "rounds"), numberOf(knobs, "weight")]
  const without = await play(backend, shape, 0, rounds)
  const within = await play(backend, shape, weight, rounds)
  return {
    backend: backend.name,
    rows: [
      ...(await cycleRows(backend, knobs)),
      {
        what: "Error of what returns, both ways, with the cycle",
        predicted: `below ${without.after.error.toFixed(3)}, as without it`,
        measured: within.after.error.toFixed(3),
        agrees: within.after.error < without.after.error,
      },
      {
        what: `Energy distance of both sets from what is made, after ${rounds} rounds with the cycle`,
        predicted: `below ${within.before.distance.toFixed(3)}, as before training`,
        measured: within.after.distance.toFixed(3),
        agrees: within.after.distance < within.before.distance,
      },
    ],
    timings: [],
    picture: pictureOf(without.after, within.after),
    note: `Two maps and two discriminators with 20 hidden numbers each, ${COUNT} unpaired points a set, the same first weights in both games; colours follow a point's place in its set. A game need not settle, and without the cycle the distance ends at ${without.after.distance.toFixed(3)}.`,
  }
}
