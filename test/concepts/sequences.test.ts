/** Subjects of sequences: counts as torch and Keras have them, and layers and patterns recognised in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { layerFacts } from "../../src/concepts/layer-facts.ts"
import { initialKnobs, type Knobs, type Match, type Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const subject = (id: string): Subject => subjectOf(id) as Subject

function quantity(id: string, name: string, knobs: Knobs): unknown {
  return subject(id)
    .numbers({ ...initialKnobs(subject(id)), ...knobs })
    .quantities.find((each) => each.name === name)?.value
}

function modelOf(code: string, language: "python" | "javascript" = "python"): Model {
  const file = sourceFile("file:///model", language, code)
  const { models } = analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.at(-1) as Model
}

const torchModel = (layers: string, forward: string, inputs = "x"): Model =>
  modelOf(
    `import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, ${inputs}):\n${forward.replace(/^/gm, "        ")}\n`,
  )

const kerasModel = (layers: string, input = "(20, 8)"): Model =>
  modelOf(`import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input(${input}), ${layers}])\n`)

const recognised = (id: string, model: Model): readonly Match[] => subject(id).recognise(model)

function knobsOf(id: string, model: Model): Knobs | undefined {
  for (const layer of model.layers) {
    const knobs = layer.weights.length > 0 && subject(id).fromLayer(layerFacts(layer, model))
    if (knobs) return knobs
  }
  return undefined
}

// Counted by torch 2.13: sum(p.numel() for p in layer.parameters()); Keras keeps one bias vector.
const LSTM_COUNTS: readonly (readonly [Knobs, number])[] = [
  [{ input_size: 64, hidden_size: 128 }, 99_328],
  [{ input_size: 64, hidden_size: 128, biases: "1" }, 98_816],
  [{ input_size: 64, hidden_size: 128, bias: false }, 98_304],
  [{ input_size: 64, hidden_size: 128, num_layers: 2, bidirectional: true }, 593_920],
  [{ input_size: 64, hidden_size: 128, num_layers: 2, bidirectional: true, proj_size: 32 }, 217_088],
]

for (const [knobs, expected] of LSTM_COUNTS)
  test(`LSTM ${JSON.stringify(knobs)} has ${expected} parameters`, () => assert.equal(quantity("lstm", "parameters", knobs), expected))

test("an LSTM of torch opens with its arguments, and its length from the input", () => {
  const model = torchModel(
    "self.r = nn.LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)",
    "return self.r(x.view(-1, 20, 8))[0]",
  )
  assert.deepEqual(knobsOf("lstm", model), {
    input_size: 8,
    hidden_size: 16,
    num_layers: 2,
    bidirectional: true,
    proj_size: 0,
    bias: true,
    biases: "2",
    length: 20,
  })
})

test("an LSTM of Keras and one of TensorFlow.js have one bias vector", () => {
  const expected = { input_size: 8, hidden_size: 16, bias: true, biases: "1", length: 20 }
  assert.deepEqual(knobsOf("lstm", kerasModel("layers.LSTM(16)")), expected)
  const script = `import * as tf from "@tensorflow/tfjs"\nconst model = tf.sequential()\nmodel.add(tf.layers.lstm({ units: 16, inputShape: [20, 8] }))\n`
  assert.deepEqual(knobsOf("lstm", modelOf(script, "javascript")), expected)
})

test("a layer of another kind is no LSTM", () => {
  assert.equal(knobsOf("lstm", kerasModel("layers.GRU(16)")), undefined)
  assert.deepEqual(recognised("lstm", kerasModel("layers.GRU(16)")), [])
})

test("an LSTM is recognised with its cost", () => {
  const [match, ...others] = recognised("lstm", kerasModel("layers.LSTM(16)"))
  assert.equal(others.length, 0)
  assert.equal(match?.label, "LSTM · 1,600 parameters, 4 products a step")
})

// torch 2.13: nn.GRU(64, 128), nn.GRU(64, 128, 3, bidirectional=True), nn.RNN(64, 128).
test("GRU and plain RNN are counted as torch counts them", () => {
  assert.equal(quantity("gru", "parameters", { input_size: 64, hidden_size: 128 }), 74_496)
  assert.equal(quantity("gru", "parameters", { input_size: 64, hidden_size: 128, num_layers: 3, bidirectional: true }), 741888)
  assert.equal(quantity("recurrent-network", "parameters", { input_size: 64, hidden_size: 128 }), 24_832)
})

test("Keras' GRU has two bias vectors when the reset gate acts after the product, one before it", () => {
  assert.equal(knobsOf("gru", kerasModel("layers.GRU(16)"))?.["biases"], "2")
  assert.equal(knobsOf("gru", kerasModel("layers.GRU(16, reset_after=False)"))?.["biases"], "1")
})

test("a GRU says its share of an LSTM's parameters", () => {
  const [match] = recognised("gru", torchModel("self.r = nn.GRU(8, 16)", "return self.r(x)[0]"))
  assert.equal(match?.label, "GRU · 75 % of an LSTM's parameters")
})

test("gated layers are no plain recurrent network, SimpleRNN is one", () => {
  assert.deepEqual(recognised("recurrent-network", kerasModel("layers.LSTM(16)")), [])
  assert.equal(recognised("recurrent-network", kerasModel("layers.SimpleRNN(16)")).length, 1)
})
