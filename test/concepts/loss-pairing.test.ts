/** Losses and last layers: values as torch computes them, which pairs fit, and losses found in models with what they are given. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { gradientBy, LASTS, LOSSES, leastLoss, lossOf, type Problem, TASKS, verdictOf } from "../../src/concepts/foundations/pairings.ts"
import { kerasModel, knobsOf, problemsOf, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "loss-pairing"
const SCORES = [-2, 0.5, 1.5, -1]
const problem = (last: Problem["last"], loss: Problem["loss"], targets = [1, 0, 0, 0], scores = SCORES): Problem => ({
  last,
  loss,
  targets,
  scores,
})
const near = (value: number, expected: number): void => assert(Math.abs(value - expected) < 1e-4, `${value} is not ${expected}`)

// Computed by torch 2.13 for the same scores.
test("values and gradients are torch's", () => {
  near(lossOf(problem("none", "cross-entropy")), 3.89215)
  near(gradientBy(problem("none", "cross-entropy"), 0), -0.9796)
  near(lossOf(problem("softmax", "cross-entropy")), 1.65201)
  near(gradientBy(problem("softmax", "cross-entropy"), 0), -0.02269)
  near(lossOf(problem("log-softmax", "nll")), 3.89215)
  near(gradientBy(problem("log-softmax", "nll"), 0), -0.9796)
  near(lossOf(problem("none", "bce-scores", [1, 0, 1, 0])), 0.90392)
  near(gradientBy(problem("none", "bce-scores", [1, 0, 1, 0]), 0), -0.2202)
  near(lossOf(problem("sigmoid", "bce", [1, 0, 1, 0])), 0.90392)
  near(gradientBy(problem("sigmoid", "bce", [1, 0, 1, 0]), 0), -0.2202)
  near(lossOf(problem("tanh", "mse")), 1.36757)
  near(gradientBy(problem("tanh", "mse"), 0), -0.06938)
  near(lossOf(problem("relu", "mae", [1, 0, 1, 0])), 0.5)
  near(gradientBy(problem("relu", "mae", [1, 0, 1, 0]), 0), 0.0)
})

test("softmax twice cannot fall below ln(1 + (n − 1)/e)", () => {
  const ten = Array.from({ length: 10 }, (_, index) => Number(index === 3))
  near(leastLoss(problem("softmax", "cross-entropy", ten, ten)), Math.log(1 + 9 / Math.E))
  near(leastLoss(problem("none", "cross-entropy", ten, ten)), 0)
  near(leastLoss(problem("sigmoid", "mse", [1.5], [0])), 0.25)
  assert.equal(leastLoss(problem("none", "nll", ten, ten)), Number.NEGATIVE_INFINITY)
})

test("whatever is called fitting can reach the target, and every task has such a pair", () => {
  for (const { value: task } of TASKS) {
    const fitting = LOSSES.flatMap(({ value: loss }) =>
      LASTS.filter(({ value: last }) => verdictOf(task, last, loss).grade === "fits").map(({ value: last }) => ({ last, loss })),
    )
    assert(fitting.length >= 2)
    for (const { last, loss } of fitting) {
      const targets = task === "classes" ? [1, 0, 0] : task === "labels" ? [1, 0, 1] : [0.8]
      // Where a share is asked for, cross-entropy keeps what the target itself has of doubt.
      const least = task === "share" && loss.startsWith("bce") ? 0.5004 : 0
      near(leastLoss(problem(last, loss, targets, targets)), least)
    }
  }
})

test("a share beyond 0 to 1 is refused", () =>
  assert.deepEqual(problemsOf(ID, { task: "share", target: 2 }), ["The target 2 is no number from 0 to 1."]))

const LINEAR = "self.a = nn.Linear(8, 5)\nself.loss = nn.CrossEntropyLoss()"
const CALL = "Net()(torch.zeros(4, 8))"
const TARGET = "torch.zeros(4, dtype=torch.long)"

for (const [before, sign] of [
  ["self.a(x)", "✓"],
  ["self.a(x).softmax(1)", "✗"],
  ["F.log_softmax(self.a(x), 1)", "~"],
] as const)
  test(`cross-entropy behind ${before} is ${sign}`, () => {
    const model = torchModel(LINEAR, `return self.loss(${before}, ${TARGET})`, CALL)
    const [match, ...others] = recognised(ID, model)
    assert.equal(others.length, 0)
    assert.equal(match?.label.at(-1), sign)
    assert.deepEqual(match?.layers, ["loss"])
    assert.equal(match?.knobs["outputs"], 5)
    assert.deepEqual(knobsOf(ID, model, "CrossEntropyLoss"), { loss: "cross-entropy", task: "classes" })
  })

test("functions are losses too, and reshaping between changes nothing", () => {
  const model = torchModel(
    "self.a = nn.Linear(8, 1)",
    "return F.binary_cross_entropy(torch.sigmoid(self.a(x)).squeeze(1), torch.zeros(4))",
    CALL,
  )
  assert.deepEqual(
    recognised(ID, model).map(({ label }) => label),
    ["sigmoid → binary, shares ✓"],
  )
})

test("a model that ends with shares says for which loss it is made", () => {
  const keras = recognised(ID, kerasModel("layers.Flatten(), layers.Dense(10, activation='softmax')"))
  assert.deepEqual(keras[0]?.knobs, { loss: "share-cross-entropy", task: "classes", last: "softmax", outputs: 10 })
  const tfjs = recognised(ID, tfjsModel("model.add(tf.layers.flatten())\nmodel.add(tf.layers.dense({ units: 7, activation: 'sigmoid' }))"))
  assert.equal(tfjs[0]?.knobs["loss"], "bce")
  const torch = recognised(ID, torchModel("self.a = nn.Linear(8, 5)", "return F.log_softmax(self.a(x), dim=1)", CALL))
  assert.equal(torch[0]?.label, "Ends with log-softmax · for negative log-likelihood of log-shares")
})

test("bare scores, gates and maps of shares say nothing", () => {
  for (const [layers, forward] of [
    ["self.a = nn.Linear(8, 5)", "return self.a(x)"],
    ["self.a = nn.Linear(8, 8)", "return x * torch.sigmoid(self.a(x))"],
    ["self.a = nn.Linear(8, 5)", "return torch.softmax(self.a(x)[:, None, :], 2)"],
  ] as const)
    assert.deepEqual(recognised(ID, torchModel(layers, forward, CALL)), [])
})
