/** Auxiliary classifiers: GoogLeNet and AlexNet counted, and heads in the middle of models found, but not what merely has several outputs. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { auxiliaryClassifiers } from "../../src/concepts/convolution/auxiliary-classifiers.ts"
import { initialKnobs } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const numberOf = (name: string, knobs = {}) =>
  auxiliaryClassifiers.numbers({ ...initialKnobs(auxiliaryClassifiers), ...knobs }).quantities.find((each) => each.name === name)?.value

test("GoogLeNet has 22 layers with weights and 6,998,552 parameters, as Caffe's has; AlexNet 60,965,224", () => {
  assert.equal(numberOf("depth"), 22)
  assert.equal(numberOf("parameters"), 6_998_552)
  assert.equal(numberOf("alexnet"), 60_965_224)
})

test("both heads add 6,379,728 parameters, whatever the picture's size", () => {
  assert.equal(numberOf("added"), 3_188_840 + 3_190_888)
  assert.equal(numberOf("added", { heads: "none" }), 0)
  assert.equal(numberOf("parameters", { image: 299 }), 6_998_552)
})

test("a picture too small for a head's window is a problem in words", () => {
  const { problems } = auxiliaryClassifiers.numbers({ ...initialKnobs(auxiliaryClassifiers), image: 64 })
  assert.match(problems[0] ?? "", /window of 5/)
})

function found(code: string) {
  const file = sourceFile("/model.py", "python", code)
  const { models } = analyze(file, "/model.py", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false } })
  return models.flatMap((model) => auxiliaryClassifiers.recognise(model))
}

const torch = (layers: readonly string[], forward: readonly string[]) =>
  [
    "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()",
    ...layers.map((line) => `        ${line}`),
    "    def forward(self, x):",
    ...forward.map((line) => `        ${line}`),
    "Net()(torch.zeros(1, 3, 32, 32))\n",
  ].join("\n")

const BODY = ["self.first = nn.Conv2d(3, 8, 3)", "self.second = nn.Conv2d(8, 8, 3)", "self.main = nn.Linear(8, 10)"]
const SIDE = "self.side = nn.Linear(8, 10)"

test("a head of the same shape behind a layer inside is one", () => {
  const code = torch(
    [...BODY, SIDE],
    ["x = self.first(x)", "y = self.second(x)", "return self.main(y.mean((2, 3))), self.side(x.mean((2, 3)))"],
  )
  const [match] = found(code)
  assert.deepEqual(match?.layers, ["side"])
  assert.match(match?.label ?? "", /^Auxiliary classifier · \d/)
  assert.deepEqual(match?.knobs, { heads: "first", classes: 10 })
})

test("heads that only training calls are found by their channels and classes", () => {
  const side = "self.aux = nn.Sequential(nn.Conv2d(8, 4, 1), nn.Flatten(), nn.Linear(4 * 900, 10))"
  const forward = ["x = self.first(x)", "side = self.aux(x) if self.training else None", "return self.main(self.second(x).mean((2, 3)))"]
  assert.deepEqual(found(torch([...BODY, side], forward))[0]?.layers, ["aux.0", "aux.2"])
})

test("Keras' functional models too", () => {
  const [match] = found(
    [
      "import keras\nfrom keras import layers\ninputs = keras.Input((32, 32, 3))",
      "middle = layers.Conv2D(8, 3)(inputs)\nx = layers.Conv2D(8, 3)(layers.Conv2D(8, 3)(middle))",
      "main = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))\nside = layers.Dense(10, name='side')(layers.GlobalAveragePooling2D()(middle))",
      "model = keras.Model(inputs, [main, side])\n",
    ].join("\n"),
  )
  assert.deepEqual(match?.layers, ["side"])
})

const OTHERS: Readonly<Record<string, string>> = {
  "two tasks on one body": torch([...BODY, SIDE], ["y = self.second(self.first(x)).mean((2, 3))", "return self.main(y), self.side(y)"]),
  "two tasks of unequal depth on one body": torch(
    [...BODY, SIDE, "self.more = nn.Linear(8, 8)"],
    ["y = self.second(self.first(x)).mean((2, 3))", "return self.main(self.more(y)), self.side(y)"],
  ),
  "features of two sizes": torch(BODY, ["x = self.first(x)", "return x, self.second(x)"]),
  "hidden states without a head": torch(
    ["self.first = nn.Conv2d(3, 8, 3, padding=1)", "self.second = nn.Conv2d(8, 8, 3, padding=1)"],
    ["x = self.first(x)", "return x, self.second(x)"],
  ),
  "two networks on one picture": torch(
    ["self.left = nn.Conv2d(3, 8, 3, padding=1)", "self.right = nn.Conv2d(3, 8, 3, padding=1)", "self.more = nn.Conv2d(8, 8, 1)"],
    ["return self.left(x), self.more(self.right(x))"],
  ),
  "a layer that nobody calls": torch(
    [...BODY, "self.unused = nn.Linear(8, 10)"],
    ["return self.main(self.second(self.first(x)).mean((2, 3)))"],
  ),
}

for (const [what, code] of Object.entries(OTHERS)) test(`${what}: no auxiliary classifier`, () => assert.deepEqual(found(code), []))
