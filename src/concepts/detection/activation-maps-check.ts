/** Check of activation maps: a pooled classifier really run on random maps, its gradients taken, and its maps masked. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { sizesText } from "../knobs.ts"
import type { CheckResult, Knobs } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { settingsOf } from "./activation-maps.ts"
import { classOf, exampleMap, FEATURE_MAPS, MAP, scoreOf } from "./seen-animal.ts"

/** Numbers of the maps together. */
const MOST = 2_000_000

export async function checkActivationMaps(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { channels, map, threshold } = settingsOf(knobs)
  const side = Math.max(1, Math.min(map, Math.floor(Math.sqrt(MOST / channels))))
  const { tensors } = backend
  const cells = side * side
  const maps = tensors.relu(tensors.randomNormal([cells, channels], 0, 1, "float32", 7))
  const weights = tensors.randomNormal([channels, 1], 0, 1 / Math.sqrt(channels), "float32", 8)
  const score = (of: Held): Held => tensors.sum(tensors.matMul(tensors.mean(of, 0, true), weights))
  const logit = await backend.number(score(maps))
  const cam = tensors.matMul(maps, weights)
  const [gradient] = backend.gradients((at) => score(at as Held), [maps])
  const alphas = tensors.mul(tensors.mean(gradient as Held, 0), cells)
  const apart = await backend.number(tensors.max(tensors.abs(tensors.sub(alphas, tensors.reshape(weights, [channels])))))
  const mask = tensors.sub(1, tensors.cast(tensors.less(cam, tensors.mul(tensors.max(cam), threshold)), "float32"))
  const inside = await backend.number(tensors.sum(mask))
  const [kept, removed] = [
    await backend.number(score(tensors.mul(maps, mask))),
    await backend.number(score(tensors.mul(maps, tensors.sub(1, mask)))),
  ]
  return {
    backend: backend.name,
    rows: [
      ...(await exampleRows(backend, knobs)),
      comparedNumber(
        `Mean of the map of ${channels} channels against the pooled network's score`,
        logit,
        await backend.number(tensors.mean(cam)),
      ),
      {
        what: "Gradients, averaged over the map, against the classifier's weights",
        predicted: "the same",
        measured: `differ by ${apart.toExponential(1)}`,
        agrees: apart < 1e-4,
      },
      comparedNumber("Score of what the mask keeps, and of the rest, together", logit, kept + removed),
      {
        what: "Mean of the map within the mask",
        predicted: `at least that of the whole map, ${logit.toFixed(3)}`,
        measured: inside === 0 ? "nothing speaks for the class" : ((kept * cells) / inside).toFixed(3),
        agrees: inside === 0 ? (await backend.number(tensors.max(cam))) <= 0 : (kept * cells) / inside >= logit - 1e-4,
      },
    ],
    timings: [],
    note: `The example, and random maps of ${sizesText([channels, side, side])}${side < map ? ` instead of ${map} × ${map}` : ""} with a random classifier without bias.`,
  }
}

async function exampleRows(backend: Backend, knobs: Knobs) {
  const animal = classOf(knobs)
  const { tensors } = backend
  const values = Float32Array.from({ length: MAP * MAP * FEATURE_MAPS.length }, (_, at) => {
    const [cell, feature] = [Math.floor(at / FEATURE_MAPS.length), at % FEATURE_MAPS.length]
    return FEATURE_MAPS[feature]?.[Math.floor(cell / MAP)]?.[cell % MAP] ?? 0
  })
  const maps = backend.tensor(values, [MAP * MAP, FEATURE_MAPS.length])
  const weights = backend.tensor(Float32Array.from(animal.weights), [FEATURE_MAPS.length, 1])
  const cam = tensors.matMul(maps, weights)
  const pooled = tensors.sum(tensors.matMul(tensors.mean(maps, 0, true), weights))
  return [
    comparedNumber(
      `Largest value of the example's map of “${animal.name}”`,
      Math.max(...exampleMap(animal).flat()),
      await backend.number(tensors.max(cam)),
    ),
    comparedNumber("Its score by pooling first", scoreOf(animal), await backend.number(pooled)),
  ]
}
