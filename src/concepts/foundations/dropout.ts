/** The subject "dropout and DropBlock": some activations are left out while training, singly or as squares, and the others are scaled. */
import type { Model } from "../../model/model.ts"
import type { Backend } from "../backend.ts"
import { exampleNumber } from "../convolution/sliding.ts"
import { numberOf } from "../knobs.ts"
import { layerFacts } from "../layer-facts.ts"
import { type Cell, column, frame, type Grid, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, LayerFacts, Match, Numbers, Subject } from "../subject.ts"

const KNOBS: readonly Knob[] = [
  {
    kind: "choice",
    name: "kind",
    label: "Kind",
    initial: "dropout",
    help: "What is left out: single numbers, or squares of a feature map.",
    choices: [
      { value: "dropout", label: "Dropout" },
      { value: "dropblock", label: "DropBlock" },
    ],
  },
  {
    kind: "number",
    name: "p",
    label: "Probability p",
    initial: 0.3,
    minimum: 0,
    maximum: 0.9,
    limit: 0.95,
    step: 0.05,
    help: "The share that is left out.",
    arguments: { torch: "p", keras: "rate", tfjs: "rate" },
  },
  {
    kind: "number",
    name: "block",
    label: "Block size",
    initial: 3,
    minimum: 1,
    maximum: 7,
    limit: 7,
    help: "Side of the squares; DropBlock only.",
  },
  {
    kind: "number",
    name: "seed",
    label: "Draw",
    initial: 1,
    minimum: 1,
    maximum: 20,
    limit: 1000,
    help: "Another draw leaves out others.",
  },
]

/** Side of the drawn feature map. */
const SIDE = 12

const read = (knobs: Knobs) => ({
  isBlock: knobs["kind"] === "dropblock",
  p: numberOf(knobs, "p"),
  block: knobs["kind"] === "dropblock" ? numberOf(knobs, "block") : 1,
  seed: numberOf(knobs, "seed"),
})

/** Of Ghiasi et al. 2018, equation 1: how often a square starts, so that about p of the map is covered. */
const startProbability = (p: number, block: number, side: number): number =>
  block === 1 ? p : (p / block ** 2) * (side ** 2 / (side - block + 1) ** 2)

/** A number from 0 to 1, the same for the same place and draw. */
const chance = (...place: readonly number[]): number => exampleNumber(0, 9999, ...place) / 10_000

/** True where a number is left out. */
function maskOf({ p, block, seed }: ReturnType<typeof read>): readonly (readonly boolean[])[] {
  const gamma = startProbability(p, block, SIDE)
  const starts = Array.from({ length: SIDE - block + 1 }, (_, y) =>
    Array.from({ length: SIDE - block + 1 }, (__, x) => chance(x * 31 + y * 57, seed * 101, x + 7 * y) < gamma),
  )
  return Array.from({ length: SIDE }, (_, y) =>
    Array.from({ length: SIDE }, (__, x) =>
      starts.some((line, top) => top <= y && y < top + block && line.some((isStart, left) => isStart && left <= x && x < left + block)),
    ),
  )
}

function computed(knobs: Knobs) {
  const settings = read(knobs)
  const mask = maskOf(settings)
  const dropped = mask.flat().filter(Boolean).length
  const kept = SIDE ** 2 - dropped
  // Dropout scales by what is expected, DropBlock by what was really kept.
  const scale = settings.isBlock ? SIDE ** 2 / Math.max(1, kept) : 1 / (1 - settings.p)
  return { ...settings, mask, dropped, kept, scale }
}

function numbers(knobs: Knobs): Numbers {
  const { p, dropped, scale, isBlock, block } = computed(knobs)
  return {
    quantities: [
      { name: "share", label: "Left out, expected", value: `${(100 * p).toFixed(0)} %` },
      { name: "dropped", label: "Left out in this draw", value: `${dropped} of ${SIDE ** 2}` },
      { name: "scale", label: "The others times", value: scale.toFixed(3), note: isBlock ? "all numbers ÷ kept ones" : "1 ÷ (1 − p)" },
      { name: "parameters", label: "Parameters", value: 0 },
      ...(isBlock ? [{ name: "gamma", label: "A square starts with", value: startProbability(p, block, SIDE).toFixed(4) }] : []),
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { p, isBlock, block, scale } = computed(knobs)
  const drop = [
    {
      label: "While training",
      tex: `y = \\frac{m \\odot x}{1 - p}, \\quad m \\sim \\mathrm{Bernoulli}(1 - p), \\quad \\frac{1}{1 - ${p}} = ${scale.toFixed(3)}`,
    },
    { label: "On average", tex: `E[y] = \\frac{(1 - p)\\,x}{1 - p} = x` },
  ]
  const gamma = startProbability(p, block, SIDE)
  const squares = [
    {
      label: "Squares start with",
      tex: `\\gamma = \\frac{p}{b^2} \\cdot \\frac{s^2}{(s - b + 1)^2} = \\frac{${p}}{${block ** 2}} \\cdot \\frac{${SIDE ** 2}}{${(SIDE - block + 1) ** 2}} = ${gamma.toFixed(4)}`,
    },
    { label: "The others times", tex: `\\frac{s^2}{\\sum m} = ${scale.toFixed(3)}` },
  ]
  return [...(isBlock ? squares : drop), { label: "While predicting", tex: "y = x" }]
}

function map(id: string, label: string, cell: (y: number, x: number) => Cell, tone: Grid["tone"]): Grid {
  const cells = Array.from({ length: SIDE }, (_, y) => Array.from({ length: SIDE }, (__, x) => cell(y, x)))
  return { kind: "grid", id, tone, label, cells, side: 17 }
}

/** Activations from 0 to 9, smooth as those of neighbouring places are. */
const activation = (y: number, x: number): number => Math.round(4.5 + 4.4 * Math.sin(x / 2.1) * Math.cos(y / 2.6))

function pictures(knobs: Knobs): Part {
  const { mask, scale, isBlock } = computed(knobs)
  const isLeftOut = (y: number, x: number): boolean => mask[y]?.[x] === true
  return row(
    [
      map("before", "what comes in", (y, x) => ({ text: String(activation(y, x)), strength: activation(y, x) / 12 }), "input"),
      map(
        "mask",
        isBlock ? "squares" : "mask",
        (y, x) => (isLeftOut(y, x) ? { text: "0", tone: "warning", strength: 0.5 } : { text: "1", strength: 0.06 }),
        "plain",
      ),
      map(
        "after",
        `what goes on, times ${scale.toFixed(2)}`,
        (y, x) =>
          isLeftOut(y, x)
            ? { text: "0", isFaint: true }
            : { text: (activation(y, x) * scale).toFixed(0), strength: Math.min(1, (activation(y, x) * scale) / 12) },
        "output",
      ),
    ],
    26,
  )
}

function balance(knobs: Knobs): Part {
  const { mask, scale } = computed(knobs)
  const all = Array.from({ length: SIDE ** 2 }, (_, index) => activation(Math.floor(index / SIDE), index % SIDE))
  const before = all.reduce((sum, value) => sum + value, 0) / SIDE ** 2
  const after = all.reduce((sum, value, index) => sum + (mask[Math.floor(index / SIDE)]?.[index % SIDE] ? 0 : value * scale), 0) / SIDE ** 2
  const unscaled = after / scale
  return row(
    [
      {
        kind: "bars",
        id: "means",
        label: "Mean of the map",
        width: 170,
        rows: [
          { label: "before", value: before, text: before.toFixed(2), tone: "input" },
          { label: "left out, not scaled", value: unscaled, text: unscaled.toFixed(2), tone: "warning" },
          { label: "left out and scaled", value: after, text: after.toFixed(2), tone: "output" },
        ],
      },
      words(["Scaling keeps the mean on average over many draws,", "so that nothing needs to change when the model predicts."], {
        isQuiet: true,
        align: "start",
      }),
    ],
    24,
  )
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { isBlock, p, dropped, scale, block } = computed(knobs)
  const what = isBlock ? `squares of ${block} × ${block}` : "single numbers"
  return {
    title: isBlock ? "DropBlock" : "Dropout",
    description: `A feature map of ${SIDE} × ${SIDE}: ${what} are left out with probability ${p}, in this draw ${dropped} numbers; the others are multiplied by ${scale.toFixed(3)}.`,
    content: column([
      frame(selection, "maps", isBlock ? "Squares are left out while training" : "Numbers are left out while training", pictures(knobs)),
      frame(selection, "balance", "The mean stays", balance(knobs)),
    ]),
  }
}

/** Numbers of the check, and how far a mean of them may be off: some four standard errors. */
const DRAWN = 200_000

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { p, isBlock, block } = read(knobs)
  const { tensors } = backend
  const side = 64
  const maps = Math.ceil(DRAWN / side ** 2)
  const gamma = startProbability(p, block, side)
  const inner = side - block + 1
  const starts = tensors.cast(tensors.less(tensors.randomUniform([maps, inner, inner, 1], 0, 1, "float32", 11), gamma), "float32")
  const spread = isBlock
    ? tensors.maxPool(
        tensors.pad(starts, [
          [0, 0],
          [block - 1, block - 1],
          [block - 1, block - 1],
          [0, 0],
        ]),
        [block, block],
        [1, 1],
        "valid",
      )
    : starts
  const mask = tensors.sub(1, spread)
  const input = tensors.add(tensors.randomUniform(mask.shape, 0, 1, "float32", 5), 1)
  const kept = await backend.number(tensors.mean(mask))
  const scale = isBlock ? 1 / kept : 1 / (1 - p)
  const output = tensors.mul(tensors.mul(input, mask), scale)
  const [before, after] = [await backend.number(tensors.mean(input)), await backend.number(tensors.mean(output))]
  // Squares overlap: fewer numbers are covered than γ alone would say.
  const expected = isBlock ? 1 - coveredShare(gamma, block, side) : 1 - p
  const tolerance = 5 * block * Math.sqrt((expected * (1 - expected)) / (maps * side ** 2)) + 0.003
  return {
    backend: backend.name,
    rows: [
      {
        what: "Share that is kept",
        predicted: `${(100 * expected).toFixed(1)} %`,
        measured: `${(100 * kept).toFixed(1)} %`,
        agrees: Math.abs(kept - expected) < tolerance,
      },
      {
        what: "Mean before and after",
        predicted: before.toFixed(3),
        measured: after.toFixed(3),
        agrees: Math.abs(after / before - 1) < (2 * tolerance) / Math.max(0.05, expected),
      },
    ],
    timings: [],
    note: `${maps} random maps of ${side} × ${side}; agreement within ± ${(100 * tolerance).toFixed(1)} %.`,
  }
}

/** How much of a map squares cover that start independently: averaged over places, of which those at the edge lie in fewer squares. */
function coveredShare(gamma: number, block: number, side: number): number {
  const inner = side - block + 1
  const reach = (at: number): number => Math.min(at, inner - 1) - Math.max(0, at - block + 1) + 1
  let sum = 0
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) sum += 1 - (1 - gamma) ** (reach(y) * reach(x))
  return sum / side ** 2
}

function fromLayer({ type, arguments: given }: LayerFacts): Knobs | undefined {
  const isBlock = /^DropBlock/.test(type)
  if (!isBlock && !/^(Alpha|Feature|Gaussian|Spatial)?(Alpha)?Dropout([123]d|[123]D)?$/.test(type)) return undefined
  const p = given["p"] ?? given["rate"] ?? given["drop_prob"]
  return { kind: isBlock ? "dropblock" : "dropout", ...(typeof p === "number" && p < 0.95 && { p }) }
}

function recognise(model: Model): readonly Match[] {
  return model.layers.flatMap((layer) => {
    const knobs = layer.isLeaf ? fromLayer(layerFacts(layer, model)) : undefined
    return knobs ? [{ layers: [layer.path], label: `Dropout · p = ${knobs["p"] ?? "?"}`, knobs }] : []
  })
}

export const dropout: Subject = {
  id: "dropout",
  title: "Dropout and DropBlock",
  group: "foundations",
  summary: "While training, some activations are left out at random and the others scaled, so that no neuron can rely on another.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Draws masks in TensorFlow.js: the share that is kept, and the mean before and after.",
  check,
  recognise,
  fromLayer,
}
