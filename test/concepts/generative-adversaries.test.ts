/** CycleGAN, InfoGAN and CoGAN: their papers' numbers, and their networks found among the models of a file. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { initialKnobs, type Knobs, type Match, type Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const subject = (id: string): Subject => subjectOf(id) as Subject

const quantity = (id: string, name: string, knobs: Knobs = {}): unknown =>
  subject(id)
    .numbers({ ...initialKnobs(subject(id)), ...knobs })
    .quantities.find((each) => each.name === name)?.value

function found(id: string, code: string): readonly (readonly Match[])[] {
  const file = sourceFile("file:///model", "python", `import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n${code}`)
  const { models } = analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.map((model) => subject(id).recognise(model, models))
}

const network = (name: string, layers: string, forward: string, inputs = "x"): string =>
  `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, ${inputs}):\n${forward.replace(/^/gm, "        ")}\n`

test("CycleGAN's networks are counted as torch has them", () => {
  assert.equal(quantity("cyclegan", "generator"), 11_378_179)
  assert.equal(quantity("cyclegan", "discriminator"), 2_764_737)
  assert.equal(quantity("cyclegan", "verdicts"), "1 × 30 × 30")
})

const TRANSLATOR = network(
  "Generator",
  "self.a = nn.Conv2d(3, 16, 4, 2, 1)\nself.r = nn.ModuleList([nn.Conv2d(16, 16, 3, padding=1) for _ in range(3)])\nself.b = nn.ConvTranspose2d(16, 3, 4, 2, 1)",
  "x = F.relu(self.a(x))\nfor block in self.r:\n    x = x + block(x)\nreturn torch.tanh(self.b(x))",
)
const PATCHES = (channels: number): string =>
  network(
    "Judge",
    `self.a = nn.Conv2d(${channels}, 16, 4, 2, 1)\nself.b = nn.Conv2d(16, 1, 4, 1, 1)`,
    "return self.b(F.leaky_relu(self.a(x)))",
  )
const USE = "Generator()(torch.zeros(1, 3, 64, 64))\n"

test("an image-to-image generator with residual blocks and a judge of single images have CycleGAN's pattern", () => {
  const matches = found("cyclegan", TRANSLATOR + PATCHES(3) + USE).flat()
  assert.deepEqual(matches.map(({ label }) => label).toSorted(), [
    "CycleGAN's pattern · discriminator of what Generator makes",
    "CycleGAN's pattern · image to image with 3 residual blocks, judged by Judge",
  ])
  for (const { knobs } of matches) assert.deepEqual(knobs, { channels: 3, blocks: 3, filters: 16, image: 64 })
})

test("with a judge of pairs, as in pix2pix, or without any, or with a larger result, it is none", () => {
  const larger = TRANSLATOR.replace("16, 3, 4, 2, 1)", "16, 3, 8, 4, 2)")
  for (const code of [TRANSLATOR + PATCHES(6) + USE, TRANSLATOR + USE, larger + PATCHES(3) + USE])
    assert.deepEqual(found("cyclegan", code).flat(), [])
})
