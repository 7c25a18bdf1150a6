/** Subjects of sequences: counts as torch and Keras have them, and layers and patterns recognised in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { CARRIED, exampleSeries, fitArima } from "../../src/concepts/sequences/arima.ts"
import { captionerParts } from "../../src/concepts/sequences/captioner-parts.ts"
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

const torchModel = (layers: string, forward: string, inputs = "x", more = ""): Model =>
  modelOf(
    `import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, ${inputs}):\n${forward.replace(/^/gm, "        ")}\n${more}\n`,
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

const ENCODER_DECODER = torchModel(
  "self.source = nn.Embedding(100, 16)\nself.encode = nn.GRU(16, 32, batch_first=True)\nself.target = nn.Embedding(120, 16)\nself.decode = nn.GRU(16, 32, batch_first=True)\nself.out = nn.Linear(32, 120)",
  "_, h = self.encode(self.source(x))\ny, _ = self.decode(self.target(z), h)\nreturn self.out(y)",
  "x, z",
)

test("a state handed from one recurrent layer to another is an encoder–decoder", () => {
  const [match, ...others] = recognised("encoder-decoder", ENCODER_DECODER)
  assert.equal(others.length, 0)
  assert.deepEqual(match?.layers, ["encode", "decode"])
  assert.equal(match?.label, "Encoder–decoder · context of 32 numbers")
})

test("stacked recurrent layers are none, whether they share a state or not", () => {
  const layers = "self.a = nn.GRU(16, 32)\nself.b = nn.GRU(32, 32)"
  assert.deepEqual(recognised("encoder-decoder", torchModel(layers, "y, h = self.a(x)\nreturn self.b(y)[0]")), [])
  assert.deepEqual(recognised("encoder-decoder", torchModel(layers, "y, h = self.a(x)\nreturn self.b(y, h)[0]")), [])
})

test("Keras' RepeatVector between two LSTMs is one", () => {
  const model = kerasModel("layers.LSTM(16), layers.RepeatVector(5), layers.LSTM(16, return_sequences=True), layers.Dense(8)")
  assert.equal(recognised("encoder-decoder", model).length, 1)
})

test("a convolutional network that shrinks and grows is one, with its skips counted; one that only shrinks is none", () => {
  const unet = `i = keras.Input((64, 64, 3))
a = layers.Conv2D(8, 3, padding="same")(i)
b = layers.Conv2D(16, 3, padding="same")(layers.MaxPooling2D()(a))
c = layers.Conv2D(32, 3, padding="same")(layers.MaxPooling2D()(b))
d = layers.Concatenate()([layers.Conv2DTranspose(16, 2, strides=2)(c), b])
e = layers.Concatenate()([layers.UpSampling2D()(layers.Conv2D(16, 3, padding="same")(d)), a])
model = keras.Model(i, layers.Conv2D(1, 1)(e))
`
  const [match] = recognised("encoder-decoder", modelOf(`import keras\nfrom keras import layers\n${unet}`))
  assert.equal(match?.label, "Encoder–decoder · 2 skips past the bottleneck")
  assert.deepEqual(
    recognised("encoder-decoder", kerasModel("layers.Conv2D(8, 3), layers.MaxPooling2D(), layers.Conv2D(8, 3)", "(64, 64, 3)")),
    [],
  )
})

test("an encoder–decoder over tokens is sequence to sequence; one that writes nothing of its states is not", () => {
  const [match] = recognised("sequence-to-sequence", ENCODER_DECODER)
  assert.equal(match?.label, "Sequence to sequence · GRU reads, GRU writes")
  const numbers = torchModel(
    "self.encode = nn.LSTM(8, 32)\nself.decode = nn.LSTM(8, 32)",
    "_, state = self.encode(x)\nreturn self.decode(z, state)[0]",
    "x, z",
  )
  assert.deepEqual(recognised("sequence-to-sequence", numbers), [])
  assert.equal(recognised("encoder-decoder", numbers).length, 1)
})

test("a repeated vector that another recurrence writes results from is sequence to sequence; rebuilding the input is not", () => {
  const model = (features: number) =>
    kerasModel(
      `layers.LSTM(16), layers.RepeatVector(7), layers.LSTM(16, return_sequences=True), layers.Dense(${features}, activation="softmax")`,
      "(7, 12)",
    )
  assert.equal(recognised("sequence-to-sequence", model(5)).length, 1)
  assert.deepEqual(recognised("sequence-to-sequence", model(12)), [])
})

test("states of one recurrence that weigh another's are an encoder–decoder, also without a state handed over", () => {
  const attending = (values: string) =>
    torchModel(
      "self.encode = nn.GRU(8, 32, batch_first=True)\nself.decode = nn.GRU(8, 32, batch_first=True)",
      `read = self.encode(x)[0]\nwritten = self.decode(z)[0]\nreturn torch.softmax(written @ read.transpose(1, 2), -1) @ ${values}`,
      "x, z",
    )
  assert.equal(recognised("encoder-decoder", attending("read")).length, 1)
  assert.deepEqual(
    recognised("encoder-decoder", torchModel("self.a = nn.GRU(8, 8)", "y = self.a(x)[0]\nreturn torch.softmax(y @ y.mT, -1) @ y")),
    [],
  )
})

test("both directions of one layer are no encoder and decoder", () =>
  assert.deepEqual(recognised("encoder-decoder", kerasModel("layers.Bidirectional(layers.LSTM(8, return_sequences=True))", "(7, 12)")), []))

test("a vector before the first token begins a sequence, packed or not", () => {
  const layers = "self.embed = nn.Embedding(50, 16)\nself.lstm = nn.LSTM(16, 32, batch_first=True)\nself.out = nn.Linear(32, 50)"
  const writing = (sequence: string, states: string) =>
    torchModel(
      layers,
      `e = torch.cat((x.unsqueeze(1), self.embed(z)), 1)\nh, _ = self.lstm(${sequence})\nreturn self.out(${states})`,
      "x, z",
      "Net()(torch.zeros(2, 16), torch.zeros(2, 9, dtype=torch.int64))",
    )
  for (const model of [writing("e", "h"), writing("nn.utils.rnn.pack_padded_sequence(e, [10, 10], batch_first=True)", "h[0]")]) {
    const [match] = recognised("vector-to-sequence", model)
    assert.equal(match?.label, "Vector to sequence · the vector is read as the first token")
    assert.deepEqual(recognised("sequence-to-vector", model), [])
  }
})

test("windows: as many as fit with their horizon", () => {
  assert.deepEqual(quantity("time-series", "windows", { length: 100, window: 10, horizon: 5 }), [86, 10])
  assert.match(
    subject("time-series").numbers({ ...initialKnobs(subject("time-series")), length: 30, window: 40 }).problems[0] ?? "",
    /do not fit/,
  )
})

test("a line is continued by two differences, a constant step by one", () => {
  const line = Array.from({ length: 40 }, (_, at) => 3 + 2 * at)
  for (const order of [
    { p: 0, d: 1, q: 0 },
    { p: 0, d: 2, q: 0 },
  ]) {
    const { forecast } = fitArima(line, order, 3)
    assert.deepEqual(forecast.map(Math.round), [83, 85, 87])
  }
})

test("the share that an ARIMA(1, 1, 0) carries on is found again in a long series", () => {
  const { coefficients } = fitArima(exampleSeries(2000), { p: 1, d: 1, q: 0 }, 1)
  assert(Math.abs((coefficients[1] ?? 0) - CARRIED) < 0.05, String(coefficients))
})

test("VGG-19's convolutions are counted as torchvision has them", () => {
  const { parts, map } = captionerParts(initialKnobs(subject("image-captioner")))
  assert.deepEqual(map, [512, 14, 14])
  assert.equal(parts[0]?.parameters, 20024384)
})

const CAPTIONER = torchModel(
  "self.a = nn.Conv2d(3, 8, 3)\nself.b = nn.Conv2d(8, 8, 3)\nself.c = nn.Conv2d(8, 8, 3)\nself.words = nn.Embedding(50, 8)\nself.cell = nn.LSTMCell(16, 32)\nself.out = nn.Linear(32, 50)",
  `x = x.view(-1, 3, 32, 32)
seen = self.c(self.b(self.a(x))).mean((2, 3))
h = torch.zeros(x.size(0), 32)
c = torch.zeros(x.size(0), 32)
told = []
for t in range(4):
    h, c = self.cell(torch.cat([self.words(z.view(-1, 4)[:, t]), seen], 1), (h, c))
    told.append(self.out(h))
return torch.stack(told, 1)`,
  "x, z",
)

test("an LSTM that reads words and what convolutions saw is an image captioner", () => {
  const [match, ...others] = recognised("image-captioner", CAPTIONER)
  assert.equal(others.length, 0)
  assert.equal(match?.label, "Image captioner · CNN, LSTM")
  assert.deepEqual(recognised("image-captioner", ENCODER_DECODER), [])
})

test("a vector repeated for a recurrence is vector to sequence, unless a recurrence made it", () => {
  const [match] = recognised(
    "vector-to-sequence",
    kerasModel("layers.Dense(8), layers.RepeatVector(5), layers.GRU(16, return_sequences=True)", "(20,)"),
  )
  assert.equal(match?.label, "Vector to sequence · the vector is read at every step")
  const autoencoder = kerasModel("layers.LSTM(16), layers.RepeatVector(5), layers.LSTM(16, return_sequences=True), layers.Dense(8)")
  assert.deepEqual(recognised("vector-to-sequence", autoencoder), [])
})

test("a recurrence whose last state is classified is sequence to vector; one that answers at each step is not", () => {
  assert.equal(recognised("sequence-to-vector", kerasModel("layers.Bidirectional(layers.LSTM(16)), layers.Dense(2)")).length, 1)
  assert.deepEqual(recognised("sequence-to-vector", kerasModel("layers.LSTM(16, return_sequences=True), layers.Dense(2)")), [])
  const last = "y, _ = self.r(x.view(-1, 20, 8))\nreturn self.out(y[:, -1])"
  const layers = "self.r = nn.GRU(8, 16, batch_first=True)\nself.out = nn.Linear(16, 3)"
  const [match] = recognised("sequence-to-vector", torchModel(layers, last))
  assert.deepEqual(match?.layers, ["r"])
})
