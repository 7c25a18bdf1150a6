/** DCGAN: its numbers as torch counts them, the worked axis, and its networks found in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { dcgan } from "../../src/concepts/generative/dcgan.ts"
import { paintedCells } from "../../src/concepts/generative/dcgan-networks.ts"
import { initialKnobs, type Match } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const GENERATOR = (end = "nn.Tanh()"): string =>
  `class Maker(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.ConvTranspose2d(100, 64, 4, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
            nn.ConvTranspose2d(64, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
            nn.ConvTranspose2d(32, 3, 4, 2, 1, bias=False), ${end})
    def forward(self, z):
        return self.net(z)
`
const JUDGE = `class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 32, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(32, 1, 8))
    def forward(self, x):
        return self.net(x)
`
const MAKE = "Maker()(torch.randn(8, 100, 1, 1))\n"

function found(code: string): readonly Match[] {
  const file = sourceFile("file:///model", "python", `import torch\nimport torch.nn as nn\n${code}`)
  const { models } = analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.flatMap((model) => dcgan.recognise(model, models))
}

test("DCGAN's networks for 64 × 64 have as many parameters as torch counts", () => {
  const { quantities } = dcgan.numbers(initialKnobs(dcgan))
  const value = (name: string): unknown => quantities.find((each) => each.name === name)?.value
  assert.equal(value("generator"), 3_576_704)
  assert.equal(value("discriminator"), 2_765_568)
  assert.equal(value("first"), "512 × 4 × 4")
})

test("a side that is not 4 doubled is a problem", () => {
  assert.equal(dcgan.numbers({ ...initialKnobs(dcgan), image: 48 }).problems.length, 1)
})

test("the worked axis is what torch's conv_transpose1d(stride=2, padding=1) gives", () => {
  assert.deepEqual(paintedCells(), [0.75, 1.25, 1.75, 1.25, -0.25, -0.625, 0.125, 0.375])
})

test("a generator is found with its discriminator and without", () => {
  assert.deepEqual(
    found(GENERATOR() + JUDGE + MAKE + "Judge()(torch.zeros(8, 3, 16, 16))\n").map(({ label }) => label),
    ["DCGAN · generator from 100 numbers, judged by Judge", "DCGAN · discriminator of what Maker makes"],
  )
  const [alone, ...more] = found(GENERATOR() + MAKE)
  assert.equal(alone?.label, "DCGAN's pattern · generator from 100 numbers to 3 × 16 × 16")
  assert.deepEqual(alone?.knobs, { latent: 100, channels: 3, image: 16, filters: 32 })
  assert.deepEqual(more, [])
})

test("maps grown from maps, or without a bounded end, are none", () => {
  assert.deepEqual(found(`${GENERATOR()}Maker()(torch.randn(8, 100, 7, 7))\n`), [])
  assert.deepEqual(found(GENERATOR("nn.Identity()") + MAKE), [])
})
