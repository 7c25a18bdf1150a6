/** The autoencoder's pictures: the hourglass, a tiny one number by number, and what each kind adds. */
import { grouped, numberOf, percent, short } from "../knobs.ts"
import {
  type Cell,
  column,
  type Edge,
  frame,
  type Grid,
  type Part,
  type Plot,
  row,
  type Scene,
  type Selection,
  sign,
  type Strip,
  type Tone,
  words,
} from "../scene.ts"
import type { Knobs } from "../subject.ts"
import {
  DECODER_WEIGHTS,
  ENCODER_WEIGHTS,
  type Kind,
  kindOf,
  KINDS,
  networkOf,
  sparsity,
  type TinyRun,
  tinyRun,
} from "./autoencoder-kinds.ts"
import { curveOf, density } from "./gaussian.ts"

const CODES = ENCODER_WEIGHTS.length
const OUTPUTS = DECODER_WEIGHTS.length
const MOMENTS = CODES + OUTPUTS

export function autoencoderDiagram(knobs: Knobs, selection: Selection): Scene {
  const kind = kindOf(knobs)
  const { input, code, parameters } = networkOf(knobs)
  const moment = Math.max(0, Math.min(MOMENTS - 1, selection.moment))
  const name = KINDS.find(({ value }) => value === kind)?.label ?? ""
  return {
    title: "Autoencoder",
    description: `A ${name} autoencoder: ${input} numbers become a code of ${code}, and the code becomes ${input} numbers again, with ${parameters} parameters. In the small example the mean squared error is ${tinyRun(knobs).error.toFixed(4)}.`,
    content: column([
      frame(selection, "hourglass", "Down to the code, and back", row([hourglass(knobs), sizes(knobs)], 44)),
      frame(selection, "tiny", "A tiny one, number by number", tiny(knobs, moment)),
      frame(selection, "kind", ADDED[kind].title, ADDED[kind].part(knobs)),
    ]),
    edges: hourglassEdges(knobs),
    moments: { count: MOMENTS, perRow: 2, names: "number" },
  }
}

/** Widths grow with the root: 784 beside 32 would otherwise leave nothing to see. */
const widthOf = (size: number, largest: number): number => Math.max(10, 260 * Math.sqrt(size / largest))

function hourglass(knobs: Knobs): Part {
  const { input, hidden, code } = networkOf(knobs)
  const largest = Math.max(input, hidden, code)
  const band = (id: string, size: number, tone: Tone, text: string): Strip => ({
    kind: "strip",
    id,
    width: widthOf(size, largest),
    segments: [{ size: 1, tone, text }],
  })
  const noisy = kindOf(knobs) === "denoising"
  return column(
    [
      band("x", input, noisy ? "warning" : "input", `${noisy ? "x with noise" : "x"} · ${grouped(input)}`),
      band("encoder-hidden", hidden, "kernel", `hidden · ${grouped(hidden)}`),
      band("z", code, "output", `code z · ${grouped(code)}`),
      band("decoder-hidden", hidden, "third", `hidden · ${grouped(hidden)}`),
      band("y", input, "input", `x̂, to be x${noisy ? " without noise" : ""} · ${grouped(input)}`),
    ],
    30,
  )
}

function hourglassEdges(knobs: Knobs): readonly Edge[] {
  const places = ["x", "encoder-hidden", "z", "decoder-hidden", "y"]
  const { layers } = networkOf(knobs)
  return layers.map((_, at) => ({
    from: places[at] ?? "x",
    to: places[at + 1] ?? "y",
    kind: "flow",
    direction: "down",
    tone: at < 2 ? "kernel" : "third",
  }))
}

function sizes(knobs: Knobs): Part {
  const { input, code, layers } = networkOf(knobs)
  const of = (from: number): number => layers.slice(from, from + 2).reduce((sum, { parameters }) => sum + parameters, 0)
  return column(
    [
      {
        kind: "bars",
        id: "numbers",
        label: "Numbers per example",
        width: 130,
        rows: [
          { label: "input", value: input, text: grouped(input), tone: "input" },
          { label: "code", value: code, text: `${grouped(code)} = ${percent(code, input)}`, tone: "output" },
        ],
      },
      {
        kind: "bars",
        id: "parameters",
        label: "Parameters",
        width: 130,
        rows: [
          { label: "encoder", value: of(0), text: short(of(0)), tone: "kernel" },
          { label: "decoder", value: of(2), text: short(of(2)), tone: "third" },
        ],
      },
    ],
    20,
    "start",
  )
}

const digits = (value: number): string => (Math.abs(value) < 0.005 ? "0" : String(Number(value.toFixed(2))).replace("-", "−"))

interface Look {
  readonly from: number
  readonly now: number
}

/** Numbers that are known from one moment on, one after the other. */
function vector(id: string, label: string, values: readonly number[], tone: Tone, { from, now }: Look = { from: -99, now: 99 }): Grid {
  const cells = values.map((value, at): readonly Cell[] => {
    const isKnown = from + at <= now
    const isItsMoment = from >= 0
    return [
      {
        text: isKnown ? (id === "tiny-error" ? value.toFixed(4) : digits(value)) : "·",
        isFaint: !isKnown,
        isMarked: isItsMoment && from + at === now,
        ...(isItsMoment && { moment: from + at }),
      },
    ]
  })
  return { kind: "grid", id, tone, label, cells, side: 26, cellWidth: 50 }
}

function weights(id: string, label: string, lines: readonly (readonly number[])[], tone: Tone, read: number): Grid {
  const cells = lines.map((line, at) => line.map((value): Cell => ({ text: digits(value), isRead: at === read })))
  return { kind: "grid", id, tone, label, cells, side: 26, cellWidth: 40 }
}

function tiny(knobs: Knobs, moment: number): Part {
  const run = tinyRun(knobs)
  const noisy = kindOf(knobs) === "denoising"
  const errors = run.output.map((value, at) => (value - (run.target[at] ?? 0)) ** 2)
  const isDone = moment === MOMENTS - 1
  return column(
    [
      row(
        [
          ...(noisy ? [vector("tiny-clean", "x", run.target, "input"), sign("→")] : []),
          vector("tiny-x", noisy ? "x + noise" : "x", run.read, noisy ? "warning" : "input"),
          weights("tiny-encoder", "encoder", ENCODER_WEIGHTS, "kernel", moment),
          sign("="),
          vector("tiny-z", "code z", run.code, "output", { from: 0, now: moment }),
          weights("tiny-decoder", "decoder", DECODER_WEIGHTS, "third", moment - CODES),
          sign("="),
          vector("tiny-y", "x̂", run.output, "input", { from: CODES, now: moment }),
          vector("tiny-error", "(x̂ − x)²", errors, "warning", { from: CODES, now: moment }),
        ],
        16,
      ),
      words(sumText(run, moment)),
      words(isDone ? `mean of the squares: ${run.error.toFixed(4)}` : "the error is their mean", { isQuiet: true, size: "small" }),
    ],
    12,
  )
}

function sumText({ read, code, output }: TinyRun, moment: number): string {
  const isCode = moment < CODES
  const line = (isCode ? ENCODER_WEIGHTS[moment] : DECODER_WEIGHTS[moment - CODES]) ?? []
  const from = isCode ? read : code
  const terms = line.flatMap((weight, at) => (weight === 0 ? [] : [`${digits(weight)} · ${digits(from[at] ?? 0)}`]))
  const result = isCode ? code[moment] : output[moment - CODES]
  return `${isCode ? `z${"₁₂"[moment]}` : `x̂${"₁₂₃₄"[moment - CODES]}`} = ${terms.join(" + ")} = ${digits(result ?? 0)}`
}

const ADDED: Readonly<Record<Kind, { readonly title: string; readonly part: (knobs: Knobs) => Part }>> = {
  plain: { title: "Why a small code forces choices", part: subspace },
  sparse: { title: "Sparse: a price on activity", part: sparse },
  denoising: { title: "Denoising: the input is spoilt, the target is not", part: denoising },
  variational: { title: "Variational: the code becomes a distribution", part: variational },
}

/** Points near a line, and where a code of one number puts them. */
function subspace(): Part {
  const along = [-1.6, -1.2, -0.8, -0.3, 0.1, 0.5, 0.9, 1.4, 1.8]
  const off = [0.25, -0.2, 0.3, -0.3, 0.22, 0.28, -0.3, 0.2, -0.22]
  const [cos, sin] = [Math.cos(0.55), Math.sin(0.55)]
  const place = (a: number, o: number): readonly [number, number] => [a * cos - o * sin, a * sin + o * cos]
  const plot: Plot = {
    kind: "plot",
    id: "subspace",
    label: "Two numbers, a code of one",
    width: 220,
    height: 150,
    x: { label: "x₁", from: -2, to: 2, ticks: [-2, 0, 2] },
    y: { label: "x₂", from: -1.5, to: 1.5, ticks: [-1, 0, 1] },
    curves: [
      { tone: "output", name: "what the code can say", points: [place(-2.1, 0), place(2.1, 0)] },
      ...along.map((a, at) => ({ tone: "warning" as const, isDashed: true, points: [place(a, off[at] ?? 0), place(a, 0)] })),
    ],
    dots: along.flatMap((a, at) => [
      { x: place(a, off[at] ?? 0)[0], y: place(a, off[at] ?? 0)[1], tone: "input" as const, radius: 4, hint: "x" },
      { x: place(a, 0)[0], y: place(a, 0)[1], tone: "output" as const, radius: 3, hint: "its reconstruction" },
    ]),
  }
  return row(
    [
      plot,
      words(
        [
          "dashed: what is lost",
          "Without activations the best line is",
          "that of principal components: the check",
          "below trains one and compares.",
          "With activations it may bend.",
        ],
        { align: "start", isQuiet: true },
      ),
    ],
    30,
  )
}

function sparse(knobs: Knobs): Part {
  const [target, activity, weight] = [numberOf(knobs, "target"), numberOf(knobs, "activity"), numberOf(knobs, "weight")]
  const price = weight * sparsity(target, activity)
  const top = Math.max(1, Math.ceil(weight * sparsity(target, 0.95)))
  return row(
    [
      {
        kind: "plot",
        id: "price",
        label: "What a mean activity costs",
        width: 240,
        height: 140,
        x: { label: "mean activity ρ̂ of a code number", from: 0, to: 1, ticks: [target, 1] },
        y: { label: "β · KL(ρ ‖ ρ̂)", from: 0, to: top },
        curves: [{ tone: "warning", points: curveOf((at) => weight * sparsity(target, at), 0.002, 0.998) }],
        dots: [{ x: activity, y: Math.min(top, price), tone: "output", radius: 5, hint: "the example" }],
      },
      words(
        [
          `at ρ̂ = ${activity} it costs ${price.toFixed(3)}`,
          `at ρ = ${target} nothing`,
          "so each code number answers to few inputs,",
          "even when there are more of them than inputs",
        ],
        { align: "start", isQuiet: true },
      ),
    ],
    30,
  )
}

const CROSS = ["..##..", "..##..", "######", "######", "..##..", "..##.."]

/** Noise that is the same each time: a sine of large steps looks like none. */
const spoilt = (at: number): number => Math.sin(12.9898 * (at + 1) * (at + 3))

function image(id: string, label: string, noise: number, tone: Tone): Grid {
  const cells = CROSS.map((line, down) =>
    [...line].map((sign, across): Cell => {
      const value = (sign === "#" ? 0.85 : 0.05) + noise * 0.6 * spoilt(6 * down + across)
      return { text: "", strength: Math.max(0, Math.min(1, value)) }
    }),
  )
  return { kind: "grid", id, tone, label, cells, side: 20 }
}

function denoising(knobs: Knobs): Part {
  const noise = numberOf(knobs, "noise")
  return row(
    [
      image("clean", "x", 0, "input"),
      sign("+"),
      words(`noise, σ = ${noise}`),
      sign("="),
      image("noisy", "goes in", noise, "warning"),
      sign("→"),
      { kind: "box", id: "both", tone: "kernel", label: "encoder, decoder" },
      sign("→"),
      image("wanted", "is to come out", 0, "input"),
    ],
    12,
  )
}

function variational(): Part {
  return row(
    [
      {
        kind: "plot",
        id: "distribution",
        label: "A code number of one example",
        width: 220,
        height: 130,
        x: { label: "z", from: -4, to: 4, ticks: [-4, 0, 4] },
        y: { label: "density", from: 0, to: 1 },
        curves: [
          { tone: "output", name: "of the example", isFilled: true, points: curveOf((x) => density(x, 1.2, 0.5), -4, 4) },
          { tone: "plain", name: "wanted of all together", isDashed: true, points: curveOf((x) => density(x), -4, 4) },
        ],
      },
      words(
        [
          "The encoder gives mean and variance,",
          "a sample of them is decoded, and a",
          "penalty pulls towards N(0, 1): so",
          "samples of N(0, 1) decode to something.",
        ],
        { align: "start", isQuiet: true },
      ),
    ],
    30,
  )
}
