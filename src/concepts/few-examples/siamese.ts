/** The subject "Siamese network": one encoder, applied to two inputs, and a distance between what it makes of them. */
import { grouped, numberOf, short, sizesText, texNumber as tex } from "../knobs.ts"
import { type Cell, column, frame, type Grid, type Part, type Plot, row, type Scene, type Selection, type Tone, words } from "../scene.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { sharedEncodersIn } from "./shared-encoder.ts"
import { checkSiamese } from "./siamese-check.ts"
import { contrastive, DISTANCES, distanceOf, MEASURES } from "./siamese-distance.ts"
import { type Encoder, ENCODERS, encoderLayers, encoderOf, totalOf } from "./siamese-encoder.ts"

const KNOBS: readonly Knob[] = [
  { kind: "choice", name: "encoder", label: "Encoder", initial: "cnn", help: "What both inputs go through.", choices: ENCODERS },
  {
    kind: "choice",
    name: "pair",
    label: "The pair",
    initial: "same",
    help: "Whether both inputs of the example are of one class.",
    choices: [
      { value: "same", label: "same class" },
      { value: "different", label: "different classes" },
    ],
  },
  {
    kind: "choice",
    name: "distance",
    label: "Distance",
    initial: "euclidean",
    help: "How two embeddings are compared.",
    choices: DISTANCES,
  },
  {
    kind: "number",
    name: "margin",
    label: "Margin m",
    initial: 1,
    minimum: 0.2,
    maximum: 3,
    limit: 10,
    step: 0.1,
    help: "How far apart different pairs are pushed; beyond it they cost nothing.",
  },
  countKnob("embedding", "Embedding", 64, 512, "Numbers each input becomes."),
  { ...countKnob("image", "Image side", 28, 128, "Of the grey images a CNN or capsules read."), minimum: 4 } as Knob,
  countKnob("filters", "Filters", 32, 256, "Of the first convolution."),
  countKnob("length", "Sequence length", 20, 100, "Steps an LSTM reads."),
  countKnob("features", "Numbers per step", 50, 300, "Such as a word's embedding."),
  countKnob("hidden", "Hidden size", 64, 512, "Numbers in an LSTM's state."),
]

/** Two embeddings of four numbers, so that the whole sum can be seen. */
const ANCHOR = [0.9, -0.4, 0.3, 0.7]
const OTHERS: Readonly<Record<string, readonly number[]>> = { same: [0.8, -0.3, 0.5, 0.6], different: [-0.2, 0.5, 0.4, -0.1] }

function computed(knobs: Knobs) {
  const encoder = encoderLayers(knobs)
  const kind = distanceOf(knobs)
  const other = OTHERS[String(knobs["pair"])] ?? (OTHERS["same"] as readonly number[])
  const isSame = knobs["pair"] !== "different"
  const margin = numberOf(knobs, "margin")
  const distance = MEASURES[kind].distance(ANCHOR, other)
  const [parameters, macs] = [totalOf(encoder, "parameters"), totalOf(encoder, "macs")]
  return { encoder, kind, other, isSame, margin, distance, loss: contrastive(distance, isSame, margin), parameters, macs }
}

function numbers(knobs: Knobs): Numbers {
  const { encoder, isSame, distance, loss, parameters, macs } = computed(knobs)
  if (encoder.problems.length > 0) return { quantities: [], problems: encoder.problems }
  return {
    quantities: [
      { name: "input", label: "Each input", value: encoder.input },
      { name: "embedding", label: "Each embedding", value: [numberOf(knobs, "embedding")] },
      { name: "parameters", label: "Parameters", value: parameters, note: `once, not ${grouped(2 * parameters)}` },
      { name: "macs", label: "MACs for a pair", value: 2 * macs, note: `2 · ${grouped(macs)}` },
      { name: "distance", label: "Distance, example", value: distance.toFixed(3) },
      { name: "loss", label: "Contrastive loss", value: loss.toFixed(3), note: isSame ? "d², same class" : "max(0, m − d)², different" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { kind, other, isSame, margin, distance, loss, parameters } = computed(knobs)
  const put = isSame ? `${distance.toFixed(3)}^2` : `\\max(0, ${margin} - ${distance.toFixed(3)})^2`
  return [
    { label: "One encoder, two inputs", tex: `a = f_\\theta(x_1), \\quad b = f_\\theta(x_2), \\quad |\\theta| = ${tex(parameters)}` },
    { label: "Distance", tex: `${MEASURES[kind].tex} = ${MEASURES[kind].put(ANCHOR, other)} = ${distance.toFixed(3)}` },
    { label: "Contrastive loss", tex: `y\\,d^2 + (1 - y) \\max(0, m - d)^2 = ${put} = ${loss.toFixed(3)}` },
  ]
}

const inputBox = (id: string, label: string, { input }: Encoder): Part => ({
  kind: "box",
  id,
  tone: "input",
  label,
  detail: sizesText(input),
  width: 84,
})

function encoderBox(id: string, knobs: Knobs, { parameters }: ReturnType<typeof computed>): Part {
  const label = ENCODERS.find(({ value }) => value === encoderOf(knobs))?.label ?? ""
  return { kind: "box", id, tone: "kernel", label, detail: `${short(parameters)} parameters`, width: 140 }
}

function embeddingGrid(id: string, label: string, values: readonly number[], moment: number, tone: Tone): Grid {
  const cells = values.map(
    (value, at): Cell => ({
      text: value.toFixed(1).replace("-", "−"),
      strength: 0.15 + 0.6 * Math.abs(value),
      isRead: at === moment,
      moment: at,
      hint: `dimension ${at + 1}`,
    }),
  )
  return { kind: "grid", id, tone, label, cells: [cells], side: 36 }
}

function twins(knobs: Knobs, moment: number): Part {
  const found = computed(knobs)
  const { encoder, other, isSame, distance } = found
  const branch = (name: string, values: readonly number[], tone: Tone): Part =>
    row(
      [
        inputBox(`input${name}`, `input ${name}`, encoder),
        encoderBox(`encoder${name}`, knobs, found),
        embeddingGrid(
          `embedding${name}`,
          `${name === "1" ? "a" : "b"} · 4 of ${numberOf(knobs, "embedding")} numbers`,
          values,
          moment,
          tone,
        ),
      ],
      42,
    )
  return row(
    [
      column([branch("1", ANCHOR, "first"), branch("2", other, "second")], 46),
      column(
        [
          { kind: "node", id: "compare", tone: "output", text: "d", radius: 20 },
          words(
            [`d = ${distance.toFixed(3)}`, isSame ? "same class:" : "different classes:", isSame ? "should be small" : "should be large"],
            {
              size: "small",
            },
          ),
        ],
        8,
      ),
    ],
    48,
  )
}

/** One dimension at a time: its term, and the sum so far. */
function arithmetic(knobs: Knobs, moment: number): Part {
  const { kind, other, distance } = computed(knobs)
  const measure = MEASURES[kind]
  const header = ["", "a", "b", measure.termName, "so far"]
  const lines = ANCHOR.map((value, at) => {
    const terms = ANCHOR.slice(0, at + 1).map((each, index) => measure.term(each, other[index] ?? 0))
    const sum = terms.reduce((total, term) => total + term, 0)
    return [`${at + 1}`, value.toFixed(1), (other[at] ?? 0).toFixed(1), (terms.at(-1) ?? 0).toFixed(2), sum.toFixed(2)]
  })
  const cells = [header, ...lines].map((line, at) =>
    line.map(
      (text): Cell => ({
        text: text.replace("-", "−"),
        isRead: at - 1 === moment,
        isFaint: at - 1 > moment,
        ...(at > 0 && { moment: at - 1 }),
      }),
    ),
  )
  return row(
    [
      { kind: "grid", id: "terms", tone: "output", label: "Dimension by dimension", cells, side: 26, cellWidth: 68 },
      words([measure.finish(ANCHOR, other), `d = ${distance.toFixed(3)}`], { align: "start" }),
    ],
    28,
  )
}

const SAMPLES = 61

function lossCurves(knobs: Knobs): Plot {
  const { isSame, margin, distance, loss } = computed(knobs)
  const edge = Math.max(2, margin * 1.25, distance * 1.1)
  const points = (same: boolean) =>
    Array.from({ length: SAMPLES }, (_, at) => {
      const d = (edge * at) / (SAMPLES - 1)
      return [d, contrastive(d, same, margin)] as const
    })
  const top = Math.max(contrastive(edge, true, margin), margin ** 2)
  return {
    kind: "plot",
    id: "loss",
    label: "What a distance costs",
    width: 260,
    height: 140,
    x: { label: "distance d", from: 0, to: edge, ticks: [0, margin] },
    y: { label: "loss", from: 0, to: top },
    curves: [
      { tone: "first", name: "same class", points: points(true) },
      { tone: "warning", name: "different classes", isDashed: true, points: points(false) },
    ],
    dots: [{ x: distance, y: loss, tone: isSame ? "first" : "warning", radius: 5, hint: "the example" }],
  }
}

function insideEncoder({ input, layers }: Encoder): Part {
  const boxes = layers.map(
    ({ label, shape, parameters }, at): Part => ({
      kind: "box",
      id: `layer${at}`,
      tone: at === layers.length - 1 ? "output" : "kernel",
      label,
      detail: `${sizesText(shape)}${parameters > 0 ? ` · ${short(parameters)}` : ""}`,
      width: 176,
    }),
  )
  const half = Math.ceil(boxes.length / 2)
  return column([
    row(
      [{ kind: "box", id: "layer-input", tone: "input", label: "input", detail: sizesText(input), width: 84 }, ...boxes.slice(0, half)],
      30,
    ),
    row(boxes.slice(half), 30),
  ])
}

function encoderEdges({ layers }: Encoder) {
  const half = Math.ceil(layers.length / 2)
  return layers.map((_, at) => ({
    from: at === 0 ? "layer-input" : `layer${at - 1}`,
    to: `layer${at}`,
    kind: "flow" as const,
    ...(at === half && at > 0 && { direction: "down" as const }),
  }))
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { encoder, isSame, distance, loss, parameters } = computed(knobs)
  const moment = Math.max(0, Math.min(ANCHOR.length - 1, selection.moment))
  return {
    title: "Siamese network",
    description: `Two inputs of ${sizesText(encoder.input)} go through one encoder of ${grouped(parameters)} parameters and become two embeddings. Their distance is ${distance.toFixed(3)}; as they are of ${isSame ? "one class" : "different classes"} that costs ${loss.toFixed(3)}.`,
    content: column([
      frame(selection, "twins", "The same weights, twice", twins(knobs, moment)),
      frame(selection, "arithmetic", "The distance, and what it costs", row([arithmetic(knobs, moment), lossCurves(knobs)], 30)),
      frame(selection, "inside", "Inside the encoder: shapes and parameters", insideEncoder(encoder), false),
    ]),
    edges: [
      ...["1", "2"].flatMap((name) => [
        { from: `input${name}`, to: `encoder${name}`, kind: "flow" as const },
        { from: `encoder${name}`, to: `embedding${name}`, kind: "flow" as const },
        { from: `embedding${name}`, to: "compare", kind: "flow" as const, tone: "output" as const },
      ]),
      { from: "encoder1", to: "encoder2", kind: "flow", direction: "down", isDashed: true, tone: "kernel", label: "same weights" },
      ...(selection.toggled.includes("inside") ? encoderEdges(encoder) : []),
    ],
    moments: { count: ANCHOR.length, perRow: 1, names: "dimension" },
  }
}

export const siamese: Subject = {
  id: "siamese",
  title: "Siamese network",
  group: "few-examples",
  summary: "One encoder is applied to two inputs; trained so that the distance of what it makes of them says whether they belong together.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Trains a small twin of the chosen kind in TensorFlow.js with contrastive loss: distances of unseen pairs before and after, and the gradient of weights that are used twice.",
  check: checkSiamese,
  recognise: (model) =>
    sharedEncodersIn(model)
      .filter(({ isPrototype }) => !isPrototype)
      .map(({ match }) => match),
  // Sharing is a pattern of the graph: no layer means it alone.
  fromLayer: () => undefined,
}
