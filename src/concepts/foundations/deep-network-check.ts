/** Runs deep and shallow networks: weights, pieces of a folded line, and what is left of depth without activations. */
import type { Backend } from "../backend.ts"
import { compared, refusal } from "../executed.ts"
import { grouped } from "../knobs.ts"
import type { Scene } from "../scene.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { modulesOf, readDepth } from "./depth.ts"

/** Finer folds than this are not counted. */
const MOST_FOLDS = 12
const POINTS_PER_PIECE = 8

export async function checkDepth(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { hidden, isNormalised } = readDepth(knobs)
  const modules = modulesOf(knobs)
  const parameters = modules.reduce((sum, { weights }) => sum + weights, 0)
  const refused = refusal(parameters)
  if (refused) return { refused }
  const { kernels, biases } = weightsOf(backend, knobs)
  const scales = isNormalised ? hidden.flatMap((count) => [backend.tensors.ones([count]), backend.tensors.zeros([count])]) : []
  const measured = [...kernels, ...biases, ...scales].reduce((sum, { size }) => sum + size, 0)
  const folds = Math.min(hidden.length, MOST_FOLDS)
  const [deep, shallow] = [
    await lineThrough(backend, folds, deepLayer),
    await lineThrough(backend, folds, (engine, x) => shallowLayer(engine, x, folds)),
  ]
  return {
    backend: backend.name,
    rows: [
      compared("Parameters", grouped(parameters), grouped(measured)),
      ...(folds > 0
        ? [
            compared(`Pieces of a line behind ${folds} layers of 2 neurons`, grouped(2 ** folds), grouped(piecesOf(deep))),
            compared(`Pieces behind 1 layer of ${2 * folds} neurons`, grouped(2 * folds), grouped(piecesOf(shallow))),
          ]
        : []),
      ...(await collapsed(backend, kernels)),
    ],
    timings: [],
    ...(folds > 0 && { picture: picture(deep, shallow) }),
    note: `The line has ${grouped(deep.length)} points from 0 to 1.${hidden.length > folds ? ` Folded ${folds} times instead of ${hidden.length}.` : ""} The folding weights are set, not learned.`,
  }
}

function weightsOf({ tensors }: Backend, knobs: Knobs): { readonly kernels: readonly Held[]; readonly biases: readonly Held[] } {
  const { inputs, hidden, outputs } = readDepth(knobs)
  const widths = [inputs, ...hidden, outputs]
  const made = widths.slice(1).map((count, index) => {
    const before = widths[index] ?? 1
    return { kernel: tensors.randomNormal([before, count], 0, 1 / Math.sqrt(before), "float32", index + 1), bias: tensors.zeros([count]) }
  })
  return { kernels: made.map(({ kernel }) => kernel), biases: made.map(({ bias }) => bias) }
}

type Apply = (backend: Backend, x: Held) => Held

/** Two neurons with ReLU, and the weighted sum of both that the next layer reads. */
function deepLayer({ tensors, tensor }: Backend, x: Held): Held {
  const neurons = tensors.relu(tensors.add(tensors.matMul(x, tensors.ones([1, 2])), tensor(Float32Array.of(0, -0.5), [2])))
  return tensors.matMul(neurons, tensor(Float32Array.of(2, -4), [2, 1]))
}

/** As many neurons as the deep network has, all in one layer: each bends the line once, up and down by turns. */
function shallowLayer({ tensors, tensor }: Backend, x: Held, folds: number): Held {
  const count = 2 * folds
  const shifts = Float32Array.from({ length: count }, (_, neuron) => -neuron / count)
  const shares = Float32Array.from({ length: count }, (_, neuron) => (neuron === 0 ? count : (neuron % 2 === 1 ? -2 : 2) * count))
  const neurons = tensors.relu(tensors.add(tensors.matMul(x, tensors.ones([1, count])), tensor(shifts, [count])))
  return tensors.matMul(neurons, tensor(shares, [count, 1]))
}

/** The points lie between the folds, so that each step goes up or down. */
async function lineThrough(backend: Backend, folds: number, layer: Apply): Promise<Float32Array> {
  const count = POINTS_PER_PIECE * 2 ** Math.max(folds, 5)
  const line = backend.tensor(
    Float32Array.from({ length: count }, (_, index) => (index + 0.5) / count),
    [count, 1],
  )
  const result = backend.tidy(() => {
    let x = line
    const times = layer === deepLayer ? folds : Math.min(1, folds)
    for (let time = 0; time < times; time++) x = layer(backend, x)
    return backend.tensors.reshape(x, [count])
  })
  return backend.values(result)
}

/** How often it turns, and one more. Steps over a turn itself may be level. */
function piecesOf(line: Float32Array): number {
  let [pieces, direction] = [1, 0]
  for (let at = 1; at < line.length; at++) {
    const step = (line[at] ?? 0) - (line[at - 1] ?? 0)
    const now = Math.abs(step) < 1e-6 ? direction : Math.sign(step)
    if (direction !== 0 && now !== direction) pieces++
    direction = now
  }
  return pieces
}

/** Layer by layer without activation, against all matrices multiplied first. */
async function collapsed(backend: Backend, kernels: readonly Held[]): Promise<CheckRow[]> {
  const { tensors } = backend
  const [first] = kernels
  const outputs = kernels.at(-1)?.shape[1] ?? 1
  const products = kernels.reduce((sum, { size }) => sum + size * outputs, 0)
  if (products > 2 * backend.macsPerRun || Math.max(...kernels.map(({ shape }) => shape[0] ?? 1)) * outputs > 4_000_000) return []
  const x = tensors.randomNormal([16, first?.shape[0] ?? 1], 0, 1, "float32", 77)
  const byLayers = kernels.reduce((value, kernel) => tensors.matMul(value, kernel), x)
  // From the last to the first, as outputs are fewest.
  const whole = kernels.reduceRight((product: Held | undefined, kernel) => (product ? tensors.matMul(kernel, product) : kernel), undefined)
  const difference = await backend.number(tensors.max(tensors.abs(tensors.sub(byLayers, tensors.matMul(x, whole as Held)))))
  const what = "Without activation: difference of all layers to one matrix"
  return [{ what, predicted: "0.000", measured: difference.toFixed(3), agrees: difference < 1e-3 }]
}

function picture(deep: Float32Array, shallow: Float32Array): Scene {
  const points = (line: Float32Array) =>
    [...line].map((value, index) => [(index + 0.5) / line.length, Math.max(0, Math.min(1, value))] as const)
  return {
    title: "Folded lines",
    description: `The deep network makes ${piecesOf(deep)} pieces of a line, one layer with as many neurons ${piecesOf(shallow)}.`,
    content: {
      kind: "plot",
      id: "lines",
      label: "Executed",
      width: 420,
      height: 120,
      x: { label: "x", from: 0, to: 1 },
      y: { label: "", from: 0, to: 1 },
      curves: [
        { tone: "third", name: "one layer", isDashed: true, points: points(shallow) },
        { tone: "output", name: "deep", points: points(deep) },
      ],
    },
  }
}
