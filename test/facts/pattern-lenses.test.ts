// The lines above blocks: where a pattern's line stands, what it says, and that single layers get none.

import assert from "node:assert/strict"
import { test } from "node:test"
import { lensesOf } from "../../src/editor/features.ts"
import { patternLensesOf } from "../../src/facts/pattern-lenses.ts"
import { analyzed, TORCH } from "./reading.ts"

/** Line of code → what stands above it. */
const above = (text: string): readonly string[] =>
  patternLensesOf(analyzed(text)).map(({ at, title, subject }) => `${text.split("\n")[at.line]?.trim()} ⟵ ${subject}: ${title}`)

// The first two blocks of GoogLeNet. By hand, a place of the first costs 163,328 MACs; with 3 × 3 and 5 × 5 over all 192 channels 387,072.
const INCEPTION = `${TORCH}
class Inception(nn.Module):
    def __init__(self, c, ones, r3, threes, r5, fives, pooled):
        super().__init__()
        self.b1 = nn.Conv2d(c, ones, 1)
        self.b2 = nn.Sequential(nn.Conv2d(c, r3, 1), nn.ReLU(), nn.Conv2d(r3, threes, 3, padding=1))
        self.b3 = nn.Sequential(nn.Conv2d(c, r5, 1), nn.ReLU(), nn.Conv2d(r5, fives, 5, padding=2))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(c, pooled, 1))

    def forward(self, x):
        return torch.cat([self.b1(x), self.b2(x), self.b3(x), self.b4(x)], 1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = Inception(192, 64, 96, 128, 16, 32, 32)
        self.two = Inception(256, 128, 128, 192, 32, 96, 64)

    def forward(self, x):
        return self.two(self.one(x))

Net()(torch.zeros(1, 192, 28, 28))
`

test("a block of a network has its line above the block's class, with the share that 1 × 1 saves", () => {
  const [line, ...others] = above(INCEPTION)
  assert.equal(line, "class Inception(nn.Module): ⟵ inception-block: Inception block · 1×1 saves 57.8 % MACs · the first of 2")
  assert.deepEqual(others, [])
})

test("blocks that are all of one class have one line above it", () => {
  const text = `${TORCH}
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(8, 8, 3, padding=1)

    def forward(self, x):
        return x + self.conv(x)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(Block(), Block(), Block())

    def forward(self, x):
        return self.blocks(x)

Net()(torch.zeros(1, 8, 16, 16))
`
  assert.deepEqual(above(text), ["class Block(nn.Module): ⟵ shortcuts: Residual · 3 shortcuts"])
})

test("a function that builds a Keras model's block is where its line stands; a model of no function has it at its making", () => {
  const block = "x = layers.Conv2D(8, 3, padding='same')(i)\n    return layers.Add()([i, layers.Conv2D(8, 3, padding='same')(x)])"
  const keras = `import keras\nfrom keras import layers\n\ndef block(i):\n    ${block}\n\ni = keras.Input((16, 16, 8))\nmodel = keras.Model(i, block(i))\n`
  assert.deepEqual(above(keras), ["def block(i): ⟵ shortcuts: Residual · 1 shortcut"])
  const stack = "layers.LSTM(16), layers.RepeatVector(4), layers.LSTM(16, return_sequences=True), layers.Dense(12, activation='softmax')"
  const [line = ""] = above(`import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((7, 12)), ${stack}])\n`)
  assert.match(line, /^model = keras\.Sequential.* ⟵ sequence-to-sequence: Sequence to sequence · LSTM reads, LSTM writes$/)
})

test("layers that mean their subject alone have no line", () =>
  assert.deepEqual(
    above(
      "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((7, 12)), layers.LSTM(16, return_sequences=True)])\n",
    ),
    [],
  ))

test("in the editor the line opens its own subject", () => {
  const [fact] = patternLensesOf(analyzed(INCEPTION))
  assert(fact)
  const [lens, ...others] = lensesOf(fact, "file:///net.py")
  assert.deepEqual(others, [])
  assert.deepEqual(lens?.command?.arguments, [{ uri: "file:///net.py", position: fact.at, subject: "inception-block" }])
})
