// What the panel opens with: the subject that explains the layer or model pointed at, and the layer's own facts.

import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectAt } from "../../src/facts/subject.ts"
import { analyzed, TORCH } from "./reading.ts"

const NET = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 5, stride=2, padding=2)
        self.head = nn.Linear(2048, 10)
        self.flat = nn.Flatten()

    def forward(self, x):
        return self.flat(self.head(self.stem(x).flatten(1)))

Net()(torch.zeros(1, 3, 32, 32))
`

const subject = (at: string) => subjectAt(analyzed(NET), NET.indexOf(at) + 1)

test("a convolution's subject is convolution, with the arguments and shapes of the code", () => {
  const found = subject("stem = nn")
  assert.equal(found?.title, "Conv2d stem of Net")
  assert.equal(found?.isNear, false)
  const [first] = found?.subjects ?? []
  assert.equal(first?.id, "convolution")
  assert.deepEqual(first?.layer?.arguments["stride"], 2)
  assert.deepEqual(first?.layer?.weights[0], { name: "weight", shape: [8, 3, 5, 5] })
  assert.deepEqual(first?.layer?.input, [1, 3, 32, 32])
  assert.equal(first?.call?.start.line, 7)
})

test("any place of the statement means the layer it makes", () => {
  for (const part of ["self.stem = nn", ".Conv2d", " = nn.Conv2d"]) assert.equal(subject(part)?.title, "Conv2d stem of Net", part)
})

test("its call has the same subject", () => assert.deepEqual(subject("stem(x)"), subject("stem = nn")))

test("a layer no subject explains gets the nearest one of its model, and that is said", () => {
  const found = subject("flat = nn")
  assert.equal(found?.isNear, true)
  assert.equal(found?.subjects[0]?.layer?.path, "stem")
})

test("the class stands for the model", () => {
  const found = subject("Net(nn")
  assert.equal(found?.title, "Net")
  assert.equal(found?.subjects[0]?.id, "convolution")
})
