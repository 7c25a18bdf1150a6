/** Executes a head of GoogLeNet, and back-propagates through a small deep network with and without a head in its middle. */
import type { Backend } from "../backend.ts"
import { compared, refusal, sizeOfAll } from "../executed.ts"
import { grouped, sizesText } from "../knobs.ts"
import type { CheckResult, CheckRow, Knobs, Refusal } from "../subject.ts"
import type { Held } from "../tensors.ts"
import { gradientPlot } from "./auxiliary-diagram.ts"
import { type SmallDeep, smallDeep, WIDTH } from "./auxiliary-gradients.ts"
import { auxiliaryOf, followed, readAuxiliary } from "./auxiliary-sizes.ts"

export async function checkAuxiliary(backend: Backend, knobs: Knobs): Promise<CheckResult | Refusal> {
  const { depth, attached, bend, weight } = readAuxiliary(knobs)
  const { heads } = auxiliaryOf(knobs)
  const refused = refusal(heads[0]?.parameters ?? 0)
  if (refused) return { refused }
  const network = smallDeep(depth, attached, bend)
  const expected = followed(knobs)
  const main = await measured(backend, network, 0)
  const both = await measured(backend, network, weight)
  const layers = expected.map((_, index) => ({ main: main[index] ?? 0, both: both[index] ?? 0 }))
  return {
    backend: backend.name,
    rows: [
      ...headRows(backend, knobs),
      sameLength("Gradient at layer 1, main loss alone", expected[0]?.main ?? 0, main[0] ?? Number.NaN),
      sameLength(`Gradient at layer 1, with ${weight} · head's loss`, expected[0]?.both ?? 0, both[0] ?? Number.NaN),
      sameLength("Gradient at the last layer, with the head", expected.at(-1)?.main ?? 0, both.at(-1) ?? Number.NaN),
      mostDifferent(expected, layers),
    ],
    timings: [],
    picture: {
      title: "Measured gradients",
      description: `Measured lengths of each layer's gradient, with and without the head: ${short(main[0] ?? 0)} and ${short(both[0] ?? 0)} at the first layer.`,
      content: gradientPlot("measured", "Measured: length of each layer's gradient", layers, weight),
    },
    note: `The small network has ${depth} layers of ${WIDTH} numbers with ${bend === "relu" ? "ReLU" : "sigmoid"}, one example and two classes; predicted by hand in plain arithmetic, measured by the library's back-propagation.`,
  }
}

/** One random activation through a head. */
function headRows(backend: Backend, knobs: Knobs): CheckRow[] {
  const { sizes } = readAuxiliary(knobs)
  const [head] = auxiliaryOf(knobs).heads
  if (!head || head.stages.some(({ problems }) => problems.length > 0)) return []
  const { tensors } = backend
  const [channels = 1, high = 1, wide = 1] = head.maps
  const maps = tensors.randomNormal([1, high, wide, channels], 0, 1, "float32", 3)
  const averaged = tensors.avgPool(maps, [5, 5], [3, 3], "valid")
  const kernels: Held[] = [tensors.randomNormal([1, 1, channels, sizes.filters], 0, 0.05, "float32", 4), tensors.zeros([sizes.filters])]
  const thin = tensors.relu(tensors.add(tensors.conv2d(averaged, kernels[0] as Held, [1, 1], "valid"), kernels[1] as Held))
  const flat = tensors.reshape(thin, [1, thin.size])
  const layer = (x: Held, count: number): Held => {
    const made = [tensors.randomNormal([x.size, count], 0, 0.02, "float32", count), tensors.zeros([count])] as const
    kernels.push(...made)
    return tensors.add(tensors.matMul(x, made[0]), made[1])
  }
  const scores = layer(tensors.relu(layer(flat, sizes.hidden)), sizes.classes)
  const [, thinner] = head.stages
  return [
    compared(`Head behind ${head.place}: maps before FC`, sizesText(thinner?.output ?? []), sizesText(channelsFirst(thin))),
    compared("Its scores", sizesText([1, sizes.classes]), sizesText(scores.shape)),
    compared("Its parameters", grouped(head.parameters), grouped(sizeOfAll(kernels))),
  ]
}

const channelsFirst = ({ shape: [, high = 0, wide = 0, channels = 0] }: Held): readonly number[] => [channels, high, wide]

/** Length of the gradient by each layer's weights. */
async function measured(backend: Backend, { input, layers, mainHead, sideHead, attached, bend }: SmallDeep, weight: number) {
  const { tensors } = backend
  const held = (matrix: readonly (readonly number[])[]): Held =>
    backend.tensor(Float32Array.from(matrix.flat()), [matrix.length, matrix[0]?.length ?? 1])
  const x = backend.tensor(Float32Array.from(input), [input.length, 1])
  const [ends, sides] = [held(mainHead), held(sideHead)]
  const cost = (head: Held, value: Held): Held =>
    tensors.neg(
      tensors.slice(tensors.reshape(tensors.log(tensors.softmax(tensors.reshape(tensors.matMul(head, value), [1, 2]))), [2]), [0], [1]),
    )
  const gradients = backend.gradients((...weights) => {
    let [value, side] = [x, x]
    for (const [index, matrix] of weights.entries()) {
      const sum = tensors.matMul(matrix, value)
      value = bend === "relu" ? tensors.relu(sum) : tensors.sigmoid(sum)
      if (index + 1 === attached) side = value
    }
    const main = cost(ends, value)
    return tensors.sum(weight === 0 ? main : tensors.add(main, tensors.mul(cost(sides, side), weight)))
  }, layers.map(held))
  // Squares of what vanishes would be too small for float32.
  const lengths = gradients.map((each) => {
    const most = tensors.maximum(tensors.max(tensors.abs(each)), 1e-30)
    return tensors.mul(most, tensors.sqrt(tensors.sum(tensors.square(tensors.div(each, most)))))
  })
  return backend.values(tensors.stack(lengths))
}

const short = (value: number): string => (Math.abs(value) >= 0.01 ? value.toFixed(4) : value.toExponential(2))

/** float32 against double precision, through many layers. */
const TOLERANCE = 0.02

const isNear = (expected: number, got: number): boolean => Math.abs(expected - got) <= TOLERANCE * Math.abs(expected) + 1e-20

const sameLength = (what: string, expected: number, got: number): CheckRow => ({
  what,
  predicted: short(expected),
  measured: short(got),
  agrees: isNear(expected, got),
})

type Lengths = readonly { readonly main: number; readonly both: number }[]

function mostDifferent(expected: Lengths, got: Lengths): CheckRow {
  const same = expected.filter(({ main, both }, index) => isNear(main, got[index]?.main ?? 0) && isNear(both, got[index]?.both ?? 0))
  return {
    what: `Layers whose gradients agree within ${100 * TOLERANCE} %`,
    predicted: `${expected.length} of ${expected.length}`,
    measured: `${same.length} of ${expected.length}`,
    agrees: same.length === expected.length,
  }
}
