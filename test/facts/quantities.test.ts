// Memory, coverage and receptive fields as they are said of small models.
import assert from "node:assert/strict"
import { test } from "node:test"
import { coverageText, memoryText } from "../../src/facts/quantities.ts"
import { summaryOf } from "../../src/facts/summary.ts"
import type { Model } from "../../src/model/model.ts"
import { analyzed, hovered, TORCH } from "./reading.ts"

/** A network of one block whose body is given, called on a batch of two pictures of 8 × 8. */
function model(made: string, body: string, input = "torch.zeros(2, 3, 8, 8)"): Model {
  const [found] = analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
${made.replace(/^/gm, "        ")}

    def forward(self, x):
${body.replace(/^/gm, "        ")}

net = Net()
net(${input})
`).models
  assert(found)
  return found
}

const PICTURE = 2 * 4 * 8 * 8 * 4
const CONV = "self.conv = nn.Conv2d(3, 4, 3, padding=1)"

test("weights take four bytes each, half of it in half precision", () => {
  assert.deepEqual([...(model(CONV, "return self.conv(x)").memory.weights ?? [])], [["float32", 112 * 4]])
  assert.deepEqual([...(model(`${CONV}\nself.half()`, "return self.conv(x.half())").memory.weights ?? [])], [["float16", 112 * 2]])
})

test("a convolution keeps its input, an activation its result, a sum nothing", () => {
  const input = 2 * 3 * 8 * 8 * 4
  assert.equal(model(CONV, "return self.conv(x)").memory.kept, input)
  assert.equal(model(CONV, "return torch.relu(self.conv(x))").memory.kept, input + PICTURE)
  assert.equal(model(CONV, "return self.conv(x) + 1").memory.kept, input)
})

test("writing in place makes no new result", () => {
  const [apart, over] = ["F.relu(y)", "F.relu(y, inplace=True)"].map((call) => model(CONV, `y = self.conv(x)\nreturn ${call}`).memory.made)
  assert.equal(apart, 2 * PICTURE)
  assert.equal(over, PICTURE)
  assert.equal(model(CONV, "y = self.conv(x)\ny += 1\nreturn y").memory.made, PICTURE)
})

test("a view is no result of its own", () => {
  assert.equal(model(CONV, "return self.conv(x).flatten(1)").memory.made, PICTURE)
  assert.equal(model(CONV, "return self.conv(x).transpose(2, 3).flatten(1)").memory.made, 2 * PICTURE)
})

test("what is no longer needed is given up: the most at once is less than all together", () => {
  const { memory } = model(CONV, "y = self.conv(x)\nfor _ in range(5):\n    y = y * 2\nreturn y")
  assert.equal(memory.made, 6 * PICTURE)
  assert.equal(memory.peak, 2 * 3 * 8 * 8 * 4 + 2 * PICTURE)
})

test("frozen weights keep nothing", () => {
  assert.equal(model(`${CONV}\nself.conv.requires_grad_(False)`, "return self.conv(x)").memory.kept, 0)
})

test("an operator whose needs are not known makes the sum unknown, not smaller", () => {
  assert.equal(model(CONV, "return torch.cumprod(self.conv(x), 1)").memory.kept, undefined)
})

test("memory is said for one example where the batch is open", () => {
  const [found] = analyzed(`${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x):
        return self.conv(x)
`).models
  assert.equal(
    memoryText(found as Model),
    "448 B of weights · 1.4 MB at once in inference an example · 602.1 kB kept for training an example",
  )
})

test("the coverage meter counts layers and operators, and the most frequent reasons come first", () => {
  const found = model(`${CONV}\nself.odd = something_unknown()`, "for _ in range(3):\n    self.odd(x)\nreturn self.conv(x)")
  assert.match(coverageText(found.coverage) ?? "", /^\d+ of \d+ layers, \d+ of \d+ operators known$/)
  assert.equal(found.coverage.reasons[0]?.count, 3)
  assert.equal(coverageText(model(CONV, "return self.conv(x)").coverage), undefined)
})

test("windows one after the other see more", () => {
  const found = model(
    "self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(4, 4, 3, dilation=2))",
    "return self.net(x)",
    "torch.zeros(1, 3, 32, 32)",
  )
  const fields = found.layers.flatMap(({ path, receptiveField }) => (receptiveField ? [[path, receptiveField.sizes[0]]] : []))
  assert.deepEqual(fields, [
    ["net.0", 3],
    ["net.1", 4],
    ["net.3", 12],
  ])
})

test("what is squeezed over the whole image is not followed", () => {
  const found = model(
    "self.one = nn.Conv2d(3, 3, 3, padding=1)\nself.two = nn.Conv2d(3, 3, 3)",
    "x = self.one(x)\nreturn self.two(x * x.mean((2, 3), keepdim=True))",
  )
  assert.equal(
    summaryOf({ models: [found], problems: [], gaps: [] } as never).models[0]?.layers.find(({ path }) => path === "two")?.receptiveField,
    undefined,
  )
})

test("the hover of a layer says what it sees", () => {
  assert.match(
    hovered(`${TORCH}net = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.|Conv2d(4, 4, 5))\nnet(torch.zeros(1, 3, 32, 32))\n`) ?? "",
    /sees 11 × 11 of the input, in steps of 2/,
  )
})

test("a layer's output is what it gave, also where the caller changes its shape in place", () => {
  const { layers } = model("self.last = nn.Conv2d(3, 1, 3, padding=1)", "return self.last(x).squeeze_(1)")
  assert.deepEqual(
    layers.map(({ path, output }) => [path, output?.shape]),
    [
      ["", [2, 8, 8]],
      ["last", [2, 1, 8, 8]],
    ],
  )
})
