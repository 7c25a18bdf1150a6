/** What filters learn: the drawn filter answers to its own direction, depth widens what is seen, and the general subject stays first. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { filterOf, likenesses } from "../../src/concepts/convolution/filter-shapes.ts"
import { convolutionsOf, tuningOf } from "../../src/concepts/convolution/filters-sizes.ts"
import { whatFiltersLearn } from "../../src/concepts/convolution/what-filters-learn.ts"
import { initialKnobs } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { subjectAt } from "../../src/facts/subject.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const knobs = initialKnobs(whatFiltersLearn)

for (const pattern of ["edge", "bar"])
  for (const orientation of [0, 45, 90, 150])
    test(`a filter for ${pattern} at ${orientation}° answers most to it`, () => {
      const tuning = tuningOf({ ...knobs, pattern, orientation })
      const best = tuning.reduce((most, each) => (each.response > most.response ? each : most))
      assert(Math.abs(best.degrees - orientation) <= 15, String(best.degrees))
    })

test("an edge is like an edge, noise is not", () => {
  assert((likenesses([filterOf("edge", 5, 30).flat()], 5)[0]?.correlation ?? 0) > 0.95)
  const chequered = Array.from({ length: 25 }, (_, index) => (index % 2 === 0 ? 1 : -1))
  assert((likenesses([chequered], 5)[0]?.correlation ?? 1) < 0.5)
})

test("two convolutions and a pooling, twice, as VGG begins: 3, 5, 10 and 14 pixels", () => {
  const vgg = { ...knobs, kernel_size: 3, layers: 4, pool_every: 2 }
  assert.deepEqual(
    convolutionsOf(vgg).map(({ sees }) => sees),
    [3, 5, 10, 14],
  )
})

const CODE = `import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 7)
        self.second = nn.Conv2d(8, 8, 7)

    def forward(self, x):
        return self.second(self.first(x))

Net()(torch.zeros(1, 3, 64, 64))
`

test("only the convolution over the picture has it, behind convolution itself", () => {
  const file = sourceFile("/model.py", "python", CODE)
  const analysis = analyze(file, "/model.py", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false } })
  const ids = (at: string) => (subjectAt(analysis, CODE.indexOf(at) + 1)?.subjects ?? []).map(({ id }) => id)
  assert.deepEqual(ids("first = nn"), ["convolution", "what-filters-learn"])
  assert.deepEqual(ids("second = nn"), ["convolution"])
  assert.deepEqual(
    analysis.models.flatMap((model) => whatFiltersLearn.recognise(model)).map(({ layers }) => layers),
    [["first"]],
  )
  assert(SUBJECTS.includes(whatFiltersLearn))
})
