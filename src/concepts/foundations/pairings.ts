/** Last activations and losses: what they compute, which belong together for which task, and why others do not. */
import type { Tensors, Held } from "../tensors.ts"

export type Task = "classes" | "labels" | "number" | "share"
export type Last = "none" | "softmax" | "log-softmax" | "sigmoid" | "tanh" | "relu"
export type Loss = "cross-entropy" | "nll" | "share-cross-entropy" | "bce-scores" | "bce" | "mse" | "mae"

export const TASKS: readonly { readonly value: Task; readonly label: string }[] = [
  { value: "classes", label: "one of several classes" },
  { value: "labels", label: "labels, any of them" },
  { value: "number", label: "a number without bounds" },
  { value: "share", label: "a number from 0 to 1" },
]

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const mean = (numbers: readonly number[]): number => sum(numbers) / Math.max(1, numbers.length)
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** ln Σ eˣ, for scores of any size. */
function logSum(scores: readonly number[]): number {
  const most = Math.max(...scores)
  return most + Math.log(sum(scores.map((score) => Math.exp(score - most))))
}

function logShares(scores: readonly number[]): readonly number[] {
  const whole = logSum(scores)
  return scores.map((score) => score - whole)
}

interface LastEntry {
  readonly value: Last
  readonly label: string
  readonly apply: (scores: readonly number[]) => readonly number[]
  readonly execute: (tensors: Tensors, scores: Held) => Held
}

const each = (apply: (x: number) => number) => (scores: readonly number[]) => scores.map(apply)

// Tensors are [1, outputs].
export const LASTS: readonly LastEntry[] = [
  { value: "none", label: "none", apply: (scores) => scores, execute: (_, scores) => scores },
  {
    value: "softmax",
    label: "softmax",
    apply: (scores) => logShares(scores).map(Math.exp),
    execute: (tensors, scores) => tensors.softmax(scores, 1),
  },
  {
    value: "log-softmax",
    label: "log-softmax",
    apply: logShares,
    execute: (tensors, scores) => tensors.sub(scores, executedLogSum(tensors, scores)),
  },
  { value: "sigmoid", label: "sigmoid", apply: each(sigmoid), execute: (tensors, scores) => tensors.sigmoid(scores) },
  { value: "tanh", label: "tanh", apply: each(Math.tanh), execute: (tensors, scores) => tensors.tanh(scores) },
  { value: "relu", label: "ReLU", apply: each((x) => Math.max(0, x)), execute: (tensors, scores) => tensors.relu(scores) },
]

function executedLogSum(tensors: Tensors, scores: Held): Held {
  const most = tensors.max(scores, 1, true)
  return tensors.add(most, tensors.log(tensors.sum(tensors.exp(tensors.sub(scores, most)), 1, true)))
}

/** Shares nearer to 0 or 1 than this are taken for it, as Keras does, so that logarithms stay finite. */
export const LEAST_SHARE = 1e-7
const within = (share: number): number => Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share))

interface LossEntry {
  readonly value: Loss
  readonly label: string
  /** For the picture, where room is short. */
  readonly short: string
  readonly tex: string
  readonly of: (outputs: readonly number[], targets: readonly number[]) => number
  readonly execute: (tensors: Tensors, outputs: Held, targets: Held) => Held
  readonly code: { readonly torch: string; readonly keras: string }
}

const pairs = (outputs: readonly number[], targets: readonly number[], of: (output: number, target: number) => number): readonly number[] =>
  outputs.map((output, index) => of(output, targets[index] ?? 0))
const binary = (share: number, target: number): number => -target * Math.log(within(share)) - (1 - target) * Math.log(within(1 - share))

export const LOSSES: readonly LossEntry[] = [
  {
    value: "cross-entropy",
    label: "cross-entropy of scores (softmax inside)",
    short: "cross-entropy, scores",
    tex: "\\ln \\sum_j e^{a_j} - a_y",
    of: (outputs, targets) => sum(pairs(logShares(outputs), targets, (output, target) => -target * output)),
    execute: (tensors, outputs, targets) => tensors.sum(tensors.mul(targets, tensors.sub(executedLogSum(tensors, outputs), outputs))),
    code: { torch: "nn.CrossEntropyLoss()", keras: "CategoricalCrossentropy(from_logits=True)" },
  },
  {
    value: "nll",
    label: "negative log-likelihood of log-shares",
    short: "NLL, log-shares",
    tex: "-a_y",
    of: (outputs, targets) => sum(pairs(outputs, targets, (output, target) => -target * output)),
    execute: (tensors, outputs, targets) => tensors.neg(tensors.sum(tensors.mul(targets, outputs))),
    code: { torch: "nn.NLLLoss()", keras: "–" },
  },
  {
    value: "share-cross-entropy",
    label: "cross-entropy of shares",
    short: "cross-entropy, shares",
    tex: "-\\ln a_y",
    of: (outputs, targets) => sum(pairs(outputs, targets, (output, target) => -target * Math.log(within(output)))),
    execute: (tensors, outputs, targets) =>
      tensors.neg(tensors.sum(tensors.mul(targets, tensors.log(tensors.clipByValue(outputs, LEAST_SHARE, 1 - LEAST_SHARE))))),
    code: { torch: "–", keras: "CategoricalCrossentropy()" },
  },
  {
    value: "bce-scores",
    label: "binary cross-entropy of scores (sigmoid inside)",
    short: "binary, scores",
    tex: "\\tfrac{1}{n} \\sum_j \\left( \\ln(1 + e^{a_j}) - y_j a_j \\right)",
    of: (outputs, targets) => mean(pairs(outputs, targets, (output, target) => softplus(output) - target * output)),
    execute: (tensors, outputs, targets) => tensors.mean(tensors.sub(tensors.softplus(outputs), tensors.mul(targets, outputs))),
    code: { torch: "nn.BCEWithLogitsLoss()", keras: "BinaryCrossentropy(from_logits=True)" },
  },
  {
    value: "bce",
    label: "binary cross-entropy of shares",
    short: "binary, shares",
    tex: "-\\tfrac{1}{n} \\sum_j \\left( y_j \\ln a_j + (1 - y_j) \\ln(1 - a_j) \\right)",
    of: (outputs, targets) => mean(pairs(outputs, targets, binary)),
    execute: (tensors, outputs, targets) => {
      const clipped = (shares: Held): Held => tensors.log(tensors.clipByValue(shares, LEAST_SHARE, 1 - LEAST_SHARE))
      const [yes, no] = [tensors.mul(targets, clipped(outputs)), tensors.mul(tensors.sub(1, targets), clipped(tensors.sub(1, outputs)))]
      return tensors.neg(tensors.mean(tensors.add(yes, no)))
    },
    code: { torch: "nn.BCELoss()", keras: "BinaryCrossentropy()" },
  },
  {
    value: "mse",
    label: "mean squared error",
    short: "squared error",
    tex: "\\tfrac{1}{n} \\sum_j (a_j - y_j)^2",
    of: (outputs, targets) => mean(pairs(outputs, targets, (output, target) => (output - target) ** 2)),
    execute: (tensors, outputs, targets) => tensors.mean(tensors.square(tensors.sub(outputs, targets))),
    code: { torch: "nn.MSELoss()", keras: "MeanSquaredError()" },
  },
  {
    value: "mae",
    label: "mean absolute error",
    short: "absolute error",
    tex: "\\tfrac{1}{n} \\sum_j \\left| a_j - y_j \\right|",
    of: (outputs, targets) => mean(pairs(outputs, targets, (output, target) => Math.abs(output - target))),
    execute: (tensors, outputs, targets) => tensors.mean(tensors.abs(tensors.sub(outputs, targets))),
    code: { torch: "nn.L1Loss()", keras: "MeanAbsoluteError()" },
  },
]

const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)))

export const lastNamed = (name: unknown): LastEntry => LASTS.find(({ value }) => value === name) ?? (LASTS[0] as LastEntry)
export const lossNamed = (name: unknown): LossEntry => LOSSES.find(({ value }) => value === name) ?? (LOSSES[0] as LossEntry)

export type Grade = "fits" | "works" | "wrong"

export interface Verdict {
  readonly grade: Grade
  readonly reason: string
}

interface Rule {
  readonly tasks: readonly Task[]
  readonly losses: readonly Loss[]
  readonly lasts: readonly Last[]
  readonly grade: Grade
  readonly reason: string
}

const rule = (tasks: string, losses: string, lasts: string, grade: Grade, reason: string): Rule => ({
  tasks: tasks.split(" ") as Task[],
  losses: losses.split(" ") as Loss[],
  lasts: lasts.split(" ") as Last[],
  grade,
  reason,
})

const EVERY_TASK = "classes labels number share"
const EVERY_LAST = "none softmax log-softmax sigmoid tanh relu"

// The first line that fits counts.
const RULES: readonly Rule[] = [
  rule("classes", "cross-entropy", "none", "fits", "The loss takes the bare scores and applies softmax itself."),
  rule("classes", "nll", "log-softmax", "fits", "Together they are the cross-entropy, in two steps."),
  rule("classes", "share-cross-entropy", "softmax", "fits", "Shares come in, and the loss takes their logarithm."),
  rule("classes", "cross-entropy", "log-softmax", "works", "Softmax of log-softmax is softmax again: done twice, it changes nothing."),
  rule(
    "classes",
    "cross-entropy",
    "softmax",
    "wrong",
    "Softmax twice: the loss applies it once more to shares from 0 to 1, and cannot fall to 0.",
  ),
  rule(
    "classes labels",
    "cross-entropy bce-scores",
    "sigmoid tanh",
    "wrong",
    "The loss wants scores of any size; squeezed ones keep it from falling to 0.",
  ),
  rule("classes", "cross-entropy", "relu", "works", "Scores below zero become 0, and no gradient passes there."),
  rule(
    "classes",
    "nll",
    "softmax",
    "wrong",
    "The logarithm is missing: the loss is −p, and hardly any gradient is left where the network is sure and wrong.",
  ),
  rule(
    "classes labels",
    "nll",
    "none relu",
    "wrong",
    "The loss is minus a score: it falls for ever, and nothing is learned of the other classes.",
  ),
  rule("classes labels", "nll", EVERY_LAST, "wrong", "The loss wants logarithms of shares."),
  rule("classes", "share-cross-entropy", "sigmoid", "wrong", "Sigmoids do not compete: nothing pushes the wrong classes down."),
  rule(
    EVERY_TASK,
    "share-cross-entropy bce",
    "none log-softmax tanh relu",
    "wrong",
    "The loss takes logarithms of shares; these numbers are none: they may be negative or above 1.",
  ),
  rule("labels", "bce-scores", "none", "fits", "The loss takes the bare scores and applies a sigmoid to each."),
  rule("labels", "bce", "sigmoid", "fits", "Each label has a share of its own; the loss takes its logarithm."),
  rule(
    "labels",
    "cross-entropy nll share-cross-entropy bce bce-scores mse mae",
    "softmax log-softmax",
    "wrong",
    "Softmax makes the labels compete: two that are right get half each.",
  ),
  rule(
    "labels",
    "cross-entropy share-cross-entropy",
    EVERY_LAST,
    "wrong",
    "This loss lets only the right ones count and knows of one right answer only.",
  ),
  rule("classes", "bce-scores", "none", "works", "Each class is asked for by itself: the shares need not add up to 1."),
  rule("classes", "bce", "sigmoid softmax", "works", "Each class is asked for by itself, and right ones are only 1 of n terms."),
  rule("classes labels share", "bce-scores", EVERY_LAST, "wrong", "The loss applies a sigmoid itself, and wants scores of any size."),
  rule(
    "classes labels",
    "mse mae",
    "softmax sigmoid",
    "works",
    "The gradient contains p (1 − p): where the network is sure and wrong it hardly learns.",
  ),
  rule("classes labels", "mse mae", "none", "works", "Right scores above 1 are pulled back as if they were wrong."),
  rule(
    "classes labels",
    "mse mae",
    EVERY_LAST,
    "wrong",
    "The targets are 0 and 1; these outputs have another range or lose their gradient.",
  ),
  rule("number", "mse mae", "none", "fits", "Any number can come out, and the gradient is as large as the error tells."),
  rule("number", "mse mae", "relu", "works", "Fits targets that are never negative; below zero no gradient passes."),
  rule("number", "mse mae", "softmax log-softmax", "wrong", "Softmax of a single number is always 1."),
  rule("number", "mse mae", "sigmoid tanh", "wrong", "The outputs are bounded: targets beyond cannot be reached."),
  rule("share", "bce-scores", "none", "fits", "The loss applies the sigmoid itself."),
  rule("share", "bce", "sigmoid", "fits", "A share comes out, and the loss stays steep where it is far off."),
  rule("share", "mse mae", "sigmoid", "fits", "What comes out stays between 0 and 1; far off, the gradient is small."),
  rule("share", "mse mae", "none", "works", "Fits, but numbers below 0 and above 1 may come out."),
  rule("share", "mse mae bce", "softmax log-softmax", "wrong", "Softmax of a single number is always 1."),
  rule("share", "mse mae", "relu tanh", "works", "Reaches the target, but other numbers than 0 to 1 too."),
  rule(
    "number share",
    "cross-entropy nll share-cross-entropy",
    EVERY_LAST,
    "wrong",
    "This loss is for classes: with one output it has nothing to compare.",
  ),
  rule("number", "bce bce-scores", EVERY_LAST, "wrong", "This loss is for targets from 0 to 1."),
]

export function verdictOf(task: Task, last: Last, loss: Loss): Verdict {
  const found = RULES.find((each) => each.tasks.includes(task) && each.losses.includes(loss) && each.lasts.includes(last))
  return found ?? { grade: "wrong", reason: "The loss does not want what this layer gives." }
}

/** The pair that this one is set beside. */
export const MATCHED: Readonly<Record<Task, { readonly last: Last; readonly loss: Loss }>> = {
  classes: { last: "none", loss: "cross-entropy" },
  labels: { last: "none", loss: "bce-scores" },
  number: { last: "none", loss: "mse" },
  share: { last: "none", loss: "bce-scores" },
}

export interface Problem {
  readonly last: Last
  readonly loss: Loss
  readonly scores: readonly number[]
  readonly targets: readonly number[]
}

export const outputsOf = ({ last, scores }: Problem): readonly number[] => lastNamed(last).apply(scores)
export const lossOf = (problem: Problem): number => lossNamed(problem.loss).of(outputsOf(problem), problem.targets)

export const withScore = (problem: Problem, index: number, score: number): Problem => ({
  ...problem,
  scores: problem.scores.map((own, at) => (at === index ? score : own)),
})

/** By differences: half the change between two neighbours. */
export function gradientBy(problem: Problem, index: number): number {
  const step = 1e-4
  const score = problem.scores[index] ?? 0
  return (lossOf(withScore(problem, index, score + step)) - lossOf(withScore(problem, index, score - step))) / (2 * step)
}

const FAR = [-1e6, -1000, 1000, 1e6]
const NEAR = Array.from({ length: 25 }, (_, index) => index / 2 - 6)

/** What the loss can fall to when scores are free: those of right and of wrong outputs are tried far out and in between, then step by step. */
export function leastLoss(problem: Problem): number {
  const lossAt = (yes: number, no: number): number => {
    const loss = lossOf({ ...problem, scores: problem.targets.map((target) => (target > 0 ? yes : no)) })
    return Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss
  }
  const tried = [...FAR, ...NEAR, problem.targets[0] ?? 1]
  let best = { yes: 0, no: 0, loss: lossAt(0, 0) }
  const consider = (yes: number, no: number): boolean => {
    const loss = lossAt(yes, no)
    const isLess = loss < best.loss
    if (isLess) best = { yes, no, loss }
    return isLess
  }
  for (const yes of tried) for (const no of tried) consider(yes, no)
  for (let step = 0.25; step > 1e-5; ) {
    const { yes, no } = best
    const isLess = [consider(yes + step, no), consider(yes - step, no), consider(yes, no + step), consider(yes, no - step)].some(Boolean)
    if (!isLess || Math.abs(yes) >= 1000 || Math.abs(no) >= 1000) step /= 2
  }
  return best.loss < -900 ? Number.NEGATIVE_INFINITY : best.loss
}
