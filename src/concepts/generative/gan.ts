/** The subject "GAN": a generator that learns from what a discriminator still finds wrong. */
import { grouped, numberOf, short, texNumber as tex } from "../knobs.ts"
import { column, frame, type Part, type Plot, row, type Scene, type Selection, words } from "../scene.ts"
import { countKnob } from "../sequences/recurrent-layer.ts"
import type { Knob, Knobs, Numbers, Subject } from "../subject.ts"
import { type Adversaries, adversariesEdges, adversariesPart, TURN_WORDS, TURNS, turnAt } from "./adversarial-diagram.ts"
import { ganPairsIn } from "./adversaries-in-models.ts"
import { checkGan } from "./gan-check.ts"
import { bestVerdict, ganOf } from "./gan-example.ts"
import { curveOf, density } from "./gaussian.ts"
import { pointsOf, scatter, SHAPES } from "./plane-points.ts"

const verdictKnob = (name: string, label: string, initial: number, help: string): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum: 0.01,
  maximum: 0.99,
  limit: 0.999,
  step: 0.01,
  help,
})

const KNOBS: readonly Knob[] = [
  countKnob("latent", "Noise", 100, 512, "Random numbers the generator starts from."),
  countKnob("hidden", "Hidden layer", 128, 1024, "Of both networks."),
  countKnob("size", "Size of an example", 784, 3000, "Numbers: 784 are an image of 28 × 28."),
  verdictKnob("real", "Verdict on a real one", 0.8, "How sure the discriminator is that something real is real."),
  verdictKnob("fake", "Verdict on one made", 0.1, "How sure it is that something made is real: small at first."),
  {
    kind: "choice",
    name: "loss",
    label: "Generator's loss",
    initial: "non-saturating",
    help: "Both have the same aim, but not the same slope.",
    choices: [
      { value: "non-saturating", label: "−log D (non-saturating)" },
      { value: "minimax", label: "log(1 − D) (minimax)" },
    ],
  },
  {
    kind: "number",
    name: "apart",
    label: "Distance",
    initial: 2,
    minimum: 0,
    maximum: 4,
    limit: 4,
    step: 0.1,
    help: "Between what is real and what is made, where the best discriminator is drawn.",
  },
  {
    kind: "choice",
    name: "shape",
    label: "Real points",
    initial: "ring",
    help: "What the live check's generator is to imitate.",
    choices: SHAPES,
  },
  {
    kind: "number",
    name: "rounds",
    label: "Rounds",
    initial: 80,
    minimum: 20,
    maximum: 400,
    limit: 600,
    help: "Of the live check: both networks take a step in each.",
  },
]

function numbers(knobs: Knobs): Numbers {
  const { generator, discriminator, macs, cost, push } = ganOf(knobs)
  return {
    quantities: [
      { name: "generator", label: "Generator's parameters", value: generator },
      { name: "discriminator", label: "Discriminator's parameters", value: discriminator, note: "not needed afterwards" },
      { name: "macs", label: "MACs to make one", value: macs },
      { name: "cost", label: "Discriminator's loss", value: cost.toFixed(3), note: "2 log 2 = 1.386 when it knows nothing" },
      { name: "push", label: "Slope the generator gets", value: push.toFixed(3), note: "by the verdict's logit" },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { real, fake, cost, isMinimax, push, generator } = ganOf(knobs)
  const loss = isMinimax ? `\\log(1 - D(G(z))) = ${Math.log(1 - fake).toFixed(3)}` : `-\\log D(G(z)) = ${(-Math.log(fake)).toFixed(3)}`
  return [
    { label: "The game", tex: "\\min_G \\max_D \\; \\mathbb{E}_x [\\log D(x)] + \\mathbb{E}_z [\\log (1 - D(G(z)))]" },
    {
      label: "Discriminator",
      tex: `-\\log D(x) - \\log(1 - D(G(z))) = -\\log ${real} - \\log ${(1 - fake).toFixed(2)} = ${cost.toFixed(3)}`,
    },
    { label: "Generator", tex: `${loss}, \\quad \\text{slope } ${push.toFixed(3)}` },
    { label: "Generator's parameters", tex: `|\\theta_G| = ${tex(generator)}` },
  ]
}

function adversaries(knobs: Knobs): Adversaries {
  const { latent, size, generator, discriminator, real, fake } = ganOf(knobs)
  return {
    given: [{ label: "noise z", detail: `${grouped(latent)} numbers` }],
    generator: { label: "generator G", detail: `${short(generator)} parameters` },
    fake: { label: "made G(z)", detail: `${grouped(size)} numbers` },
    real: { label: "real x", detail: `${grouped(size)} numbers` },
    discriminator: { label: "discriminator D", detail: `${short(discriminator)} parameters` },
    verdicts: [{ label: "real?", detail: `${real} or ${fake}` }],
  }
}

function lossCurves(knobs: Knobs): Plot {
  const { fake, isMinimax } = ganOf(knobs)
  const value = isMinimax ? Math.log(1 - fake) : -Math.log(fake)
  return {
    kind: "plot",
    id: "losses",
    label: "What the generator's losses say",
    width: 230,
    height: 150,
    x: { label: "verdict on one made, D(G(z))", from: 0, to: 1, ticks: [0, 0.5, 1] },
    y: { label: "loss", from: -4, to: 4, ticks: [-4, -2, 0, 2, 4] },
    curves: [
      { tone: "output", name: "−log D", isDashed: isMinimax, points: curveOf((d) => -Math.log(d), 0.005, 0.995, 120) },
      { tone: "warning", name: "log(1 − D)", isDashed: !isMinimax, points: curveOf((d) => Math.log(1 - d), 0.005, 0.995, 120) },
    ],
    dots: [{ x: fake, y: Math.max(-4, Math.min(4, value)), tone: isMinimax ? "warning" : "output", radius: 5, hint: "the example" }],
  }
}

function bestCurves(apart: number): Plot {
  return {
    kind: "plot",
    id: "best",
    label: "The best discriminator",
    width: 230,
    height: 150,
    x: { label: "x", from: -5, to: 5, ticks: [-5, 0, 5] },
    y: { label: "", from: 0, to: 1, ticks: [0, 0.5, 1] },
    curves: [
      { tone: "input", name: "p of real", isFilled: true, points: curveOf((x) => density(x, apart / 2), -5, 5) },
      { tone: "output", name: "p′ of made", isFilled: true, points: curveOf((x) => density(x, -apart / 2), -5, 5) },
      { tone: "third", name: "D = p ÷ (p + p′)", points: curveOf((x) => bestVerdict(x, apart), -5, 5) },
    ],
  }
}

function lossFrame(knobs: Knobs, selection: Selection): Part {
  const { fake, isMinimax } = ganOf(knobs)
  return frame(
    selection,
    "loss",
    "What the generator learns from",
    row(
      [
        lossCurves(knobs),
        words(
          [
            `verdict ${fake}: slopes by the logit are`,
            `${(1 - fake).toFixed(3)} for −log D${isMinimax ? "" : " (chosen)"}`,
            `${fake.toFixed(3)} for log(1 − D)${isMinimax ? " (chosen)" : ""}`,
            "When the discriminator is sure, the",
            "second has nothing more to say.",
          ],
          { align: "start", isQuiet: true },
        ),
      ],
      30,
    ),
  )
}

function bestFrame(knobs: Knobs, selection: Selection): Part {
  const apart = numberOf(knobs, "apart")
  return frame(
    selection,
    "best",
    "What the discriminator can know at best",
    row(
      [
        bestCurves(apart),
        words(
          [
            apart === 0 ? "Made and real are alike: D = ½" : `Means ${apart} apart: far out D is sure,`,
            apart === 0 ? "everywhere, and the game is over." : "and its curve is flat there.",
          ],
          { align: "start", isQuiet: true },
        ),
      ],
      30,
    ),
  )
}

function pointsFrame(knobs: Knobs, selection: Selection): Part {
  return frame(
    selection,
    "points",
    "What the live check imitates",
    row(
      [
        scatter("real-points", "Real points", [{ points: pointsOf(String(knobs["shape"]), 96), tone: "input", name: "real" }]),
        words(
          [`${numberOf(knobs, "rounds")} rounds of a game`, "on points of the plane:", "the check draws what", "the generator makes then."],
          {
            align: "start",
            isQuiet: true,
          },
        ),
      ],
      30,
    ),
  )
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const { generator, discriminator, fake, push } = ganOf(knobs)
  const turn = turnAt(selection.moment)
  const both = adversaries(knobs)
  return {
    title: "GAN",
    description: `A generator of ${generator} parameters makes examples from noise; a discriminator of ${discriminator} tells them from real ones. ${TURN_WORDS[turn]} With a verdict of ${fake} the generator's loss has slope ${push.toFixed(3)}.`,
    content: column([
      frame(selection, "game", "Two networks, by turns", column([adversariesPart(both), words(TURN_WORDS[turn])], 18)),
      lossFrame(knobs, selection),
      bestFrame(knobs, selection),
      pointsFrame(knobs, selection),
    ]),
    edges: adversariesEdges(both, turn),
    moments: { count: TURNS.length, perRow: 1, names: "turn" },
  }
}

export const gan: Subject = {
  id: "gan",
  title: "Generative adversarial network (GAN)",
  group: "generative",
  summary: "A generator makes examples from noise; a discriminator tells them from real ones; each learns from the other.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked:
    "Trains a discriminator against its formula, back-propagates both losses, and plays some rounds on points of the plane in TensorFlow.js.",
  check: checkGan,
  recognise: ganPairsIn,
  // Two networks against each other: no layer means it alone.
  fromLayer: () => undefined,
}
