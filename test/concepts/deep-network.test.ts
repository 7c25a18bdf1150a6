/** Layers are counted as the papers count them, and folding really doubles pieces. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { depthOf, folded, foldedTimes, zigzag } from "../../src/concepts/foundations/depth.ts"
import { kerasModel, problemsOf, quantity, recognised, tfjsModel, torchModel } from "./reading.ts"

const ID = "deep-network"

test("only layers with weights are counted, and not normalisation", () => {
  assert.equal(quantity(ID, "depth", { hidden: [64, 32] }), 3)
  assert.equal(quantity(ID, "depth", { hidden: [0] }), 1)
  assert.equal(quantity(ID, "modules", { hidden: [64, 32], normalisation: true, dropout: true }), 1 + 3 + 2 * 3)
  // torch: Linear(8, 16), BatchNorm1d(16), Linear(16, 3).
  assert.equal(quantity(ID, "parameters", { hidden: [16], normalisation: true }), 144 + 32 + 51)
})

test("a path that is longer than all layers together is refused", () =>
  assert.deepEqual(problemsOf(ID, { model_depth: 5, model_layers: 3 }), ["The longest path cannot have more layers than there are."]))

const turns = (of: (x: number) => number): number => {
  const points = Array.from({ length: 4096 }, (_, index) => of((index + 0.5) / 4096))
  const signs = points.slice(1).map((value, index) => Math.sign(value - (points[index] ?? 0)))
  return signs.filter((sign, index) => index > 0 && sign !== signs[index - 1] && sign !== 0).length + 1
}

test("each layer of two neurons doubles the pieces; one layer adds one for each neuron", () => {
  assert.deepEqual([folded(0), folded(0.25), folded(0.5), folded(1)], [0, 0.5, 1, 0])
  for (const times of [1, 3, 6]) {
    assert.equal(
      turns((x) => foldedTimes(x, times)),
      2 ** times,
    )
    assert.equal(
      turns((x) => zigzag(x, 2 * times)),
      2 * times,
    )
  }
})

test("branches count by their longest path, shortcuts not at all", () => {
  const layers =
    "self.a = nn.Conv2d(3, 8, 3, padding=1)\nself.b = nn.Conv2d(8, 8, 3, padding=1)\nself.s = nn.Conv2d(3, 8, 1)\nself.c = nn.Linear(8, 5)"
  const forward = "y = self.b(F.relu(self.a(x))) + self.s(x)\nreturn self.c(F.relu(y).mean((2, 3)))"
  assert.deepEqual(depthOf(torchModel(layers, forward, "Net()(torch.zeros(1, 3, 8, 8))")), { path: 3, layers: 4 })
})

test("a plain network opens with its sizes", () => {
  const layers =
    "self.net = nn.Sequential(nn.Linear(784, 128), nn.BatchNorm1d(128), nn.Tanh(), nn.Dropout(0.5), nn.Linear(128, 64), nn.Tanh(), nn.Linear(64, 10))"
  const [torch] = recognised(ID, torchModel(layers, "return self.net(x.flatten(1))", "Net()(torch.zeros(2, 1, 28, 28))"))
  assert.equal(torch?.label, "Depth 3 · 3 layers with weights")
  const knobs = { model_depth: 3, model_layers: 3, inputs: 784, hidden: [128, 64], outputs: 10, activation: "tanh" }
  assert.deepEqual(torch?.knobs, { ...knobs, normalisation: true, dropout: true })
  const [keras] = recognised(ID, kerasModel("layers.Dense(16, activation='relu'), layers.Dense(2, activation='softmax')", "(20,)"))
  assert.deepEqual([keras?.knobs["inputs"], keras?.knobs["hidden"], keras?.knobs["activation"]], [20, [16], "relu"])
  const [tfjs] = recognised(
    ID,
    tfjsModel(
      "model.add(tf.layers.flatten())\nmodel.add(tf.layers.dense({ units: 12, activation: 'sigmoid' }))\nmodel.add(tf.layers.dense({ units: 2 }))",
    ),
  )
  assert.deepEqual([tfjs?.knobs["inputs"], tfjs?.knobs["activation"], tfjs?.knobs["dropout"]], [9216, "sigmoid", false])
})

test("recurrence and attention are counted otherwise, a single layer not at all", () => {
  const recurrent = torchModel(
    "self.r = nn.LSTM(8, 16, batch_first=True)\nself.a = nn.Linear(16, 8)\nself.b = nn.Linear(8, 2)",
    "y, _ = self.r(x)\nreturn self.b(self.a(y))",
    "Net()(torch.zeros(1, 5, 8))",
  )
  const attending = torchModel(
    "self.q = nn.Linear(8, 8)\nself.k = nn.Linear(8, 8)\nself.o = nn.Linear(8, 8)",
    "w = (self.q(x) @ self.k(x).transpose(1, 2)).softmax(-1)\nreturn self.o(w @ x)",
    "Net()(torch.zeros(1, 5, 8))",
  )
  const single = torchModel("self.a = nn.Linear(8, 2)", "return self.a(x)", "Net()(torch.zeros(1, 8))")
  for (const model of [recurrent, attending, single]) assert.deepEqual(recognised(ID, model), [])
})
