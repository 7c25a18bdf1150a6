/** The subject "loss and last layer": which activation stands before which loss, and what becomes of the gradient where they do not fit. */
import type { Knobs, Numbers, Subject } from "../subject.ts"
import { checkPairing } from "./loss-pairing-check.ts"
import { pairingScene } from "./loss-pairing-diagram.ts"
import { isSingle, PAIRING_KNOBS, readPairing, shown } from "./loss-pairing-numbers.ts"
import { lossLayer, lossesIn } from "./losses-in-models.ts"
import { gradientBy, lastNamed, leastLoss, lossNamed, lossOf, MATCHED, outputsOf, verdictOf } from "./pairings.ts"

const GRADES = { fits: "They belong together", works: "It works, with a drawback", wrong: "They do not fit" } as const

function numbers(knobs: Knobs): Numbers {
  const problem = readPairing(knobs)
  const { task, last, loss, targets } = problem
  if (task === "share" && ((targets[0] ?? 0) < 0 || (targets[0] ?? 0) > 1))
    return { quantities: [], problems: [`The target ${shown(targets[0] ?? 0)} is no number from 0 to 1.`] }
  const { grade, reason } = verdictOf(task, last, loss)
  return {
    quantities: [
      { name: "verdict", label: GRADES[grade], value: grade === "fits" ? "✓" : grade === "works" ? "~" : "✗", note: reason },
      { name: "output", label: "First output", value: shown(outputsOf(problem)[0] ?? 0), note: `target ${shown(targets[0] ?? 0)}` },
      { name: "loss", label: "Loss", value: shown(lossOf(problem)) },
      { name: "gradient", label: "Gradient by the first score", value: shown(gradientBy(problem, 0)) },
      { name: "least", label: "Least loss that is possible", value: shown(leastLoss(problem)) },
    ],
    problems: [],
  }
}

const LAST_TEX = {
  none: "a = z",
  softmax: "a_j = \\frac{e^{z_j}}{\\sum_i e^{z_i}}",
  "log-softmax": "a_j = z_j - \\ln \\sum_i e^{z_i}",
  sigmoid: "a = \\frac{1}{1 + e^{-z}}",
  tanh: "a = \\tanh z",
  relu: "a = \\max(0, z)",
} as const

function formulas(knobs: Knobs) {
  const problem = readPairing(knobs)
  const { task, last, loss } = problem
  const { last: best, loss: matched } = MATCHED[task]
  const fitting = gradientBy({ ...problem, last: best, loss: matched }, 0)
  const plain = (value: number) =>
    shown(value)
      .replace("−", "-")
      .replace("no bound", "-\\infty")
      .replace(/e([+-]?\d+)/, " \\cdot 10^{$1}")
      .replace("+", "")
  const share = isSingle(task)
    ? task === "number"
      ? "2 (a - y)"
      : "\\sigma(z) - y"
    : task === "classes"
      ? "p_1 - y_1"
      : "\\tfrac{1}{n} (\\sigma(z_1) - y_1)"
  return [
    { label: `Last: ${lastNamed(last).label}`, tex: `${LAST_TEX[last]} \\qquad a_1 = ${plain(outputsOf(problem)[0] ?? 0)}` },
    { label: "Loss", tex: `L = ${lossNamed(loss).tex} = ${plain(lossOf(problem))}` },
    { label: "Gradient here", tex: `\\frac{\\partial L}{\\partial z_1} = ${plain(gradientBy(problem, 0))}` },
    { label: "Of a pair that fits", tex: `\\frac{\\partial L}{\\partial z_1} = ${share} = ${plain(fitting)}` },
  ]
}

export const lossPairing: Subject = {
  id: "loss-pairing",
  title: "Loss and last layer",
  group: "foundations",
  summary:
    "The loss decides what the last layer may do: softmax with cross-entropy, sigmoid with binary cross-entropy, nothing for a number without bounds.",
  knobs: PAIRING_KNOBS,
  numbers,
  formulas,
  diagram: pairingScene,
  checked:
    "Computes loss and gradient in TensorFlow.js, and moves the scores freely for 300 steps: how far does the loss fall with this pair, and with one that fits?",
  check: checkPairing,
  recognise: lossesIn,
  fromLayer: lossLayer,
}
