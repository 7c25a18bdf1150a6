// Hovers: what a reader is told of the code the pointer rests on.

import assert from "node:assert/strict"
import { test } from "node:test"
import { hovered, TORCH } from "./reading.ts"

const NET = `${TORCH}
class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.head = nn.Linear(width, 10)

    def forward(self, x):
        x = F.relu(self.norm(self.stem(x)))
        x = x.mean((2, 3))
        return self.head(x)

Net()(torch.zeros(1, 3, 32, 32))
`

const pointed = (at: string) => NET.replace(at.replace("|", ""), at)

const STEM = `Conv2d  stem

Slides learned kernels over an image.

(1, 3, 32, 32) → (1, 8, 32, 32)
Parameters 3·3·3·8 = 216 · 67.1% of Net
= (in_channels / groups · kernel_size + 1) · out_channels
MACs 221,184 · 100% of Net
each value sees 3 × 3 of the input`

test("a layer, where it is made", () => assert.equal(hovered(pointed("nn.Con|v2d")), STEM))
test("the attribute that holds it says the same", () => assert.equal(hovered(pointed("self.st|em = ")), STEM))
test("so does its call", () => assert.equal(hovered(pointed("self.st|em(x)")), STEM))
test("and a number among its arguments", () => assert.equal(hovered(pointed("padding=|1")), STEM))

test("weights of one size are counted together", () => {
  assert.match(hovered(pointed("nn.Batch|Norm2d")) ?? "", /^Parameters 2·8 = 16 · 5\.0% of Net$/m)
})

test("a layer without MACs says nothing of them", () => {
  assert.doesNotMatch(hovered(pointed("nn.Batch|Norm2d")) ?? "", /MACs/)
})

test("a tensor's name says its shape and where it came from", () => {
  assert.equal(hovered(pointed("|x.mean")), "(1, 8, 32, 32) float32\n\nfrom F.relu(self.norm(self.stem(x))) (line 13)")
})

test("a function's name says the shape it gives", () => assert.equal(hovered(pointed("x.me|an")), "(1, 8) float32"))
test("a number's name says the number", () => assert.equal(hovered(pointed("Conv2d(3, wi|dth")), "width = 8"))

test("the class sums up the model", () => {
  assert.equal(
    hovered(pointed("class N|et")),
    `Net

(1, 3, 32, 32) → (1, 10)
Parameters 322 · 17 in buffers
MACs 221,264
Memory 1.4 kB of weights · 77.8 kB at once in inference · 77.9 kB kept for training

The input is that of the call (line 17).

stem Conv2d → (1, 8, 32, 32) · 216 params
norm BatchNorm2d → (1, 8, 32, 32) · 16 params
head Linear → (1, 10) · 90 params`,
  )
})

test("nothing is said of strings, keywords and blanks", () => {
  assert.equal(hovered(`${TORCH}\nname = "|conv"`), undefined)
  assert.equal(hovered(`${TORCH}\nde|f f(): pass`), undefined)
})

test("what is not known says why, and where that began", () => {
  const text = hovered(`${TORCH}import secret\n\nsize = secret.size()\nlayer = nn.Linear(si|ze, 3)`)
  assert.match(text ?? "", /^Not known: .*secret/)
})

test("symbolic sizes stay symbols", () => {
  const text = hovered(`${TORCH}
class Block(nn.Module):
    def __init__(self, in_ch):
        super().__init__()
        self.conv = nn.Con|v2d(in_ch, 64, 3)
    def forward(self, x):
        return self.conv(x)
`)
  assert.match(text ?? "", /^Parameters 3·3·in_ch·64 \+ 64 = 576·in_ch \+ 64/m)
})

test("a line that makes several layers tells of the first and lists the others", () => {
  const text = hovered(`${TORCH}
net = nn.Sequential(*[nn.Lin|ear(4, size) for size in (4, 4, 8)])
net(torch.zeros(2, 4))
`)
  assert.match(text ?? "", /^Linear {2}0$/m)
  assert.match(text ?? "", /^3 layers; this is the first\. The others:\n1 \(2, 4\) · 20 params\n2 \(2, 8\) · 40 params$/m)
})

test("a call within a block that is made several times tells of its own layers only", () => {
  const text = hovered(`${TORCH}
def conv(width):
    return nn.Conv1d(width, width, 1)

class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.first = conv(width)
        self.second = conv(width)
    def forward(self, x):
        return self.second(self.fi|rst(x))

net = nn.Sequential(Block(4), Block(4))
net(torch.zeros(1, 4, 9))
`)
  assert.match(text ?? "", /^Conv1d {2}0\.first$/m)
  assert.match(text ?? "", /^2 layers; this is the first\. The others:\n1\.first \(1, 4, 9\) · 20 params$/m)
})

test("a layer of TensorFlow.js", () => {
  const text = hovered(
    `import * as tf from "@tensorflow/tfjs"
const model = tf.sequential()
model.add(tf.layers.den|se({ inputShape: [4], units: 3 }))
`,
    "javascript",
  )
  assert.match(text ?? "", /^Dense/)
  assert.match(text ?? "", /4·3 \+ 3 = 15/)
})
