// Hints on practice: what they find in whole programs, what they leave alone, and how they are silenced.
import assert from "node:assert/strict"
import { test } from "node:test"
import { rangeOf } from "../../src/text/source.ts"
import type { Language } from "../../src/text/source.ts"
import { analyzed, TORCH } from "./reading.ts"

/** "line: code" of each problem. */
const found = (text: string, language: Language = "python"): string[] =>
  analyzed(text, language).problems.map(({ code, place }) => `${text.split("\n")[rangeOf(place).start.line]?.trim()}  # ${code}`)

const net = (body: string, forward: string): string => `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
${body.replace(/^/gm, "        ")}

    def forward(self, x):
${forward.replace(/^/gm, "        ")}
`

test("a bias is left alone where something else sees the result, or where one line makes layers for two uses", () => {
  const layers = "self.conv = nn.Conv2d(3, 8, 3)\nself.norm = nn.BatchNorm2d(8)"
  assert.deepEqual(found(net(layers, "return self.norm(self.conv(x))")), ["self.conv = nn.Conv2d(3, 8, 3)  # bias-before-normalisation"])
  assert.deepEqual(found(net(layers, "x = self.conv(x)\nreturn self.norm(x) + x")), [])
  const shared = "make = lambda size: nn.Conv2d(size, 8, 3)\nself.conv = make(3)\nself.other = make(8)\nself.norm = nn.BatchNorm2d(8)"
  assert.deepEqual(found(net(shared, "return self.other(torch.relu(self.norm(self.conv(x))))")), [])
})

test("biases before normalisations are one hint of a class, which names the other places", () => {
  const layers = "self.a = nn.Conv2d(3, 8, 3)\nself.an = nn.BatchNorm2d(8)\nself.b = nn.Conv2d(8, 8, 3)\nself.bn = nn.BatchNorm2d(8)"
  const { problems } = analyzed(net(layers, "return self.bn(self.b(self.an(self.a(x)).relu()))"))
  assert.equal(problems.length, 1)
  assert.match(problems[0]?.message ?? "", /^the biases of 2 layers, from this Conv2d on/)
  assert.equal(problems[0]?.also?.length, 1)
})

test("two factors of a matrix, depthwise and separated kernels are made on purpose", () => {
  assert.deepEqual(found(`${TORCH}model = nn.Sequential(nn.Linear(64, 4), nn.Linear(4, 64))`), [])
  assert.deepEqual(found(`${TORCH}model = nn.Sequential(nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(8, 16, 1))`), [])
  assert.deepEqual(found(`${TORCH}model = nn.Sequential(nn.Conv2d(8, 8, (1, 3)), nn.Conv2d(8, 8, (3, 1)))`), [])
  assert.deepEqual(found(`${TORCH}model = nn.Sequential(\n  nn.Linear(8, 16),\n  nn.Dropout(),\n  nn.Linear(16, 4),\n)`), [
    "nn.Linear(16, 4),  # stacked-linear",
  ])
})

test("Keras and TensorFlow.js: the loss of compile is held against the last layer", () => {
  const model = (activation: string, loss: string) =>
    `import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(16, "relu"), layers.Dense(5${activation})])\nmodel.compile(loss=${loss})\n`
  const codes = (text: string) => analyzed(text).problems.map(({ code }) => code)
  assert.deepEqual(codes(model("", "'categorical_crossentropy'")), ["missing-softmax"])
  assert.deepEqual(codes(model(", activation='softmax'", "'categorical_crossentropy'")), [])
  assert.deepEqual(codes(model("", "keras.losses.CategoricalCrossentropy(from_logits=True)")), [])
  assert.deepEqual(codes(model(", activation='softmax'", "keras.losses.CategoricalCrossentropy(from_logits=True)")), ["double-softmax"])
  assert.deepEqual(codes(model(", activation='relu'", "'mse'")), ["regression-activation"])
  const script = `import * as tf from "@tensorflow/tfjs"
const model = tf.sequential()
model.add(tf.layers.dense({ units: 5, inputShape: [8] }))
model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" })
`
  assert.deepEqual(found(script, "javascript"), ["model.add(tf.layers.dense({ units: 5, inputShape: [8] }))  # missing-softmax"])
})

test("a loop over data that nobody knows is enough to see what the loss gets", () => {
  const program = `${net("self.fc = nn.Linear(8, 3)", "return F.softmax(self.fc(x), dim=1)")}
net = Net()
criterion = nn.CrossEntropyLoss()
for x, y in load_data():
    loss = criterion(net(x), y)
`
  assert.deepEqual(found(program), ["return F.softmax(self.fc(x), dim=1)  # double-softmax"])
})

test("a training function nobody calls judges the only model of the file", () => {
  const model = net("self.fc = nn.Linear(8, 3)", "return F.softmax(self.fc(x), dim=1)")
  const train = (output: string) => `
def train(model, loader):
    criterion = nn.CrossEntropyLoss()
    for x, y in loader:
        ${output}
        loss = criterion(out, y)
`
  assert.deepEqual(found(model + train("out = model(x)")), ["return F.softmax(self.fc(x), dim=1)  # double-softmax"])
  assert.deepEqual(found(model + train("out = model(x).log()")), [])
  assert.deepEqual(found(model + train("out = teacher(x)")), [])
  const second = "\nclass Other(nn.Module):\n    def forward(self, x):\n        return x.relu()\n"
  assert.deepEqual(found(model + second + train("out = model(x)")), [])
  const step = "\n    def training_step(self, batch):\n        x, y = batch\n        return F.cross_entropy(self(x), y)\n"
  assert.equal(found(model.trimEnd() + step).length, 1)
})

test("dropout at the end of a classifier is seen without a loss, and parts of models may end in it", () => {
  const model = net(
    "self.first = nn.Linear(8, 16)\nself.last = nn.Linear(16, 3)\nself.drop = nn.Dropout(0.5)",
    "return self.drop(self.last(self.first(x).relu()))",
  )
  assert.deepEqual(found(model), ["return self.drop(self.last(self.first(x).relu()))  # dropout-at-end"])
  assert.deepEqual(found(model.replace("Net", "FeedForward")), [])
  assert.deepEqual(found(model.replaceAll("16, 3", "16, 8")), [])
})

test("what stands in a branch may be left out another time", () => {
  const norm = "self.conv = nn.Conv2d(3, 8, 3)\nself.norm = nn.BatchNorm2d(8) if deep else nn.Identity()"
  const program = (body: string, forward: string) => found(net(body, forward).replace("(self)", "(self, deep=True)"))
  assert.deepEqual(program(norm, "return self.norm(self.conv(x))"), [])
  const stack =
    "layers = [nn.Linear(8, 8)]\nif not deep:\n    layers.append(nn.ReLU())\nlayers.append(nn.Linear(8, 8))\nself.net = nn.Sequential(*layers)"
  assert.deepEqual(program(stack, "return self.net(x)"), [])
  const inUse = "x = self.fc(x)\nif not self.training:\n    x = F.softmax(x, dim=1)\nreturn x"
  const training = `${net("self.fc = nn.Linear(8, 3)", inUse)}\nloss = F.cross_entropy(Net()(torch.zeros(2, 8)), torch.tensor([0, 1]))\n`
  assert.deepEqual(found(training), [])
})

test("layers that a container, a loop over children or another method reaches are used", () => {
  const layers = "self.first = nn.Linear(4, 4)\nself.second = nn.Linear(4, 4)"
  assert.deepEqual(found(net(layers, "return torch.relu(self.first(x))")), ["self.second = nn.Linear(4, 4)  # unused-layer"])
  assert.deepEqual(found(net(layers, "for layer in self.children():\n    x = torch.relu(layer(x))\nreturn x")), [])
  const listed = "self.blocks = [nn.Linear(4, 4), nn.Linear(4, 4)]\nself.all = nn.ModuleList(self.blocks)"
  assert.deepEqual(found(net(listed, "for block in self.blocks:\n    x = torch.relu(block(x))\nreturn x")), [])
})

test("a layer that is made when it is first needed is kept", () => {
  const lazily = "if self.fc is None:\n    self.fc = nn.Linear(4, 4)\nreturn self.fc(x)"
  assert.deepEqual(found(net("self.fc = None", lazily)), [])
})

test("an autoencoder may end in ReLU", () => {
  const program = (width: number) =>
    `${TORCH}model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, ${width}), nn.ReLU())\nloss = nn.MSELoss()(model(torch.randn(2, 8)), torch.randn(2, ${width}))\n`
  assert.deepEqual(found(program(8)), [])
  assert.equal(found(program(1)).length, 1)
})

test("a comment behind the line or above it silences a code, or all", () => {
  const layers = (comment: string) => `self.norm = nn.BatchNorm2d(8)\nself.conv = nn.Conv2d(3, 8, 3)${comment}`
  const codes = (comment: string) => found(net(layers(comment), "return self.norm(self.conv(x))")).length
  assert.equal(codes("  # layerscope: ignore[bias-before-normalisation]"), 0)
  assert.equal(codes("  # layerscope: ignore[unused-layer, bias-before-normalisation]"), 0)
  assert.equal(codes("  # layerscope: ignore"), 0)
  assert.equal(codes("  # layerscope: ignore[unused-layer]"), 1)
  const above = `${TORCH}# layerscope: ignore[channel-mismatch]\nnn.Conv2d(3, 16, 3)(torch.zeros(1, 4, 32, 32))\n`
  assert.deepEqual(found(above), [])
})

test("dropout before a dense layer that holds its softmax itself is where it belongs", () => {
  const model = (layers: string) => `import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((8,)), ${layers}])\n`
  const dense = "layers.Dense(16, 'relu'), layers.Dropout(0.5), layers.Dense(5, 'softmax')"
  assert.deepEqual(found(model(dense)), [])
  const late = "layers.Dense(16, 'relu'), layers.Dense(5), layers.Dropout(0.5), layers.Softmax()"
  assert.deepEqual(
    analyzed(model(late)).problems.map(({ code }) => code),
    ["dropout-at-end"],
  )
})

const remarked = (signature: string, line: string) =>
  analyzed(`${TORCH}from jaxtyping import Float

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(16, 4)

    def forward(self, ${signature}):
${line.replace(/^/gm, "        ")}

Net()(torch.zeros(2, 5, 16))
`).problems.flatMap(({ code, message }) => (code === "shape-remark" ? [message] : []))

test("a comment that is a shape is compared with the line's", () => {
  assert.deepEqual(remarked("x", "return self.layer(x)  # (B, T, 4)"), [])
  assert.deepEqual(remarked("x", "return self.layer(x)  # (2, 5, 4)"), [])
  assert.deepEqual(remarked("x", "return self.layer(x)  # -> [batch, time, 8]"), ["says (batch, time, 8), and the shape is (2, 5, 4)"])
  assert.deepEqual(remarked("x", "return self.layer(x)  # (B, 4)"), ["says (B, 4), and the shape is (2, 5, 4)"])
  // Prose in brackets, and remarks about a part of the line, are left alone.
  assert.deepEqual(remarked("x", "return self.layer(x)  # (see the paper, page 4)"), [])
  assert.deepEqual(remarked("x", "return torch.cat([\\n    self.layer(x),  # (B, 4)\\n    self.layer(x),\\n], 1)"), [])
})

test("annotations of jaxtyping are compared with what is given", () => {
  assert.deepEqual(remarked('x: Float[Tensor, "batch time 16"]', "return self.layer(x)"), [])
  assert.deepEqual(remarked('x: Float[Tensor, "batch 16"]', "return self.layer(x)"), ["says (batch, 16), and the shape is (2, 5, 16)"])
  assert.deepEqual(remarked("x", 'y: Float[Tensor, "batch time 8"] = self.layer(x)\\nreturn y'), [
    "says (batch, time, 8), and the shape is (2, 5, 4)",
  ])
})
