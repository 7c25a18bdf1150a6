/** CycleGAN, InfoGAN, CoGAN, WGAN and conditional GANs: their papers' numbers, and their networks found among the models of a file. */
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

test("InfoGAN's bound is the information itself where Q is right, nothing where it knows nothing, and never more", () => {
  const nats = (name: string, trust: number): number => Number(quantity("infogan", name, { trust }))
  assert.equal(nats("bound", 1), nats("information", 1))
  assert.equal(nats("bound", 0), 0)
  for (const trust of [0.3, 0.9, 1.1, 3]) assert(nats("bound", trust) < nats("information", trust))
})

const CODED = network(
  "Generator",
  "self.a = nn.Linear(74, 128)\nself.b = nn.Linear(128, 784)",
  "return torch.tanh(self.b(F.relu(self.a(torch.cat([z, category, codes], 1)))))",
  "z, category, codes",
)
const HEADS = "self.t = nn.Linear(784, 64)\nself.v = nn.Linear(64, 1)\nself.c = nn.Linear(64, 10)\nself.m = nn.Linear(64, 2)\n"
const CALL = "Generator()(torch.zeros(8, 62), torch.zeros(8, 10), torch.zeros(8, 2))\n"
const FEATURES = "h = F.relu(self.t(x))\n"

test("a judge that also recovers two codes makes a GAN an InfoGAN", () => {
  const matches = found("infogan", CODED + network("Judge", HEADS, `${FEATURES}return self.v(h), self.c(h), self.m(h)`) + CALL).flat()
  assert.deepEqual(
    matches.map(({ label }) => label),
    [
      "InfoGAN · generator from 74 numbers, whose codes of 10 and 2 Judge recovers",
      "InfoGAN · discriminator that recovers codes of 10 and 2",
    ],
  )
  for (const { knobs } of matches) assert.deepEqual(knobs, { noise: 62, continuous: 2, categories: 10, size: 784 })
})

test("a judge with a class alone, as with labels, is none", () => {
  assert.deepEqual(found("infogan", CODED + network("Judge", HEADS, `${FEATURES}return self.v(h), self.c(h)`) + CALL).flat(), [])
})

test("coupled GANs have what is shared once, and the rest twice", () => {
  const alone = { depth: 3, hidden: 8, latent: 4, size: 6 }
  // Generator 4·8+8, 8·8+8, 8·6+6; discriminator 6·8+8, 8·8+8, 8·1+1.
  assert.equal(quantity("cogan", "together", { ...alone, first: 0, last: 0 }), 2 * (40 + 72 + 54) + 2 * (56 + 72 + 9))
  assert.equal(quantity("cogan", "together", { ...alone, first: 2, last: 1 }), 40 + 72 + 2 * 54 + 2 * (56 + 72) + 9)
})

const MAKERS = (shared: string): string =>
  network(
    "Makers",
    "self.s = nn.Linear(32, 64)\nself.t = nn.Linear(32, 64)\nself.a = nn.Linear(64, 784)\nself.b = nn.Linear(64, 784)",
    `return torch.tanh(self.a(F.relu(self.s(z)))), torch.tanh(self.b(F.relu(self.${shared}(z))))`,
    "z",
  )
const JUDGES = network(
  "Judges",
  "self.a = nn.Linear(784, 64)\nself.b = nn.Linear(784, 64)\nself.s = nn.Linear(64, 1)",
  "return self.s(F.relu(self.a(x))), self.s(F.relu(self.b(y)))",
  "x, y",
)
const MADE = "Judges()(torch.zeros(2, 784), torch.zeros(2, 784))\n"

test("makers and judges of two that share layers are coupled GANs; makers that share none are not", () => {
  assert.deepEqual(
    found("cogan", MAKERS("s") + JUDGES + MADE)
      .flat()
      .map(({ label }) => label)
      .toSorted(),
    ["CoGAN · two discriminators that share 1 layer, of what Makers makes", "CoGAN · two generators that share 1 layer, judged by Judges"],
  )
  for (const code of [MAKERS("t") + JUDGES + MADE, MAKERS("s"), JUDGES + MADE]) assert.deepEqual(found("cogan", code).flat(), [])
})

test("Jensen–Shannon stays at log 2 however far apart two heaps are; Wasserstein is how far", () => {
  const of = (name: string, apart: number, width = 1): number => Number(quantity("wgan", name, { apart, width }))
  for (const apart of [1, 2, 6]) assert.equal(of("divergence", apart), 0.693)
  assert.equal(of("divergence", 0.5), 0.347)
  assert.deepEqual([of("divergence", 0, 0), of("divergence", 0.1, 0)], [0, 0.693])
  for (const apart of [0, 0.5, 6]) assert.equal(of("distance", apart), apart)
})

test("a penalty of λ leaves a critic 1 + θ ÷ 2λ steep; a limit of c makes it as steep as c (h c)ᴸ", () => {
  assert.equal(quantity("wgan", "slope", { apart: 4, penalty: 10 }), "1.200")
  assert.equal(quantity("wgan", "steepest", { clip: 0.1, hidden: 20, depth: 3 }), "0.8")
})

const VECTORS = network(
  "Maker",
  "self.a = nn.Linear(16, 64)\nself.b = nn.Linear(64, 784)",
  "return torch.tanh(self.b(F.relu(self.a(z))))",
  "z",
)
const SCORES = (end: string): string =>
  network("Critic", "self.a = nn.Linear(784, 64)\nself.b = nn.Linear(64, 1)", `x = self.b(F.leaky_relu(self.a(x)))\nreturn ${end}`)

test("a critic that averages its scores over the batch is Wasserstein's; scores of each example may be logits, and verdicts are none", () => {
  const use = "Critic()(torch.zeros(8, 784))\nMaker()(torch.zeros(8, 16))\n"
  const labels = (end: string): readonly string[] =>
    found("wgan", VECTORS + SCORES(end) + use).flatMap((each) => each.map(({ label }) => label))
  assert.deepEqual(labels("x.mean(0).view(1)").toSorted(), [
    "WGAN · discriminator of what Maker makes",
    "WGAN · generator from 16 numbers, judged by Critic",
  ])
  for (const end of ["x", "torch.sigmoid(x)", "torch.sigmoid(x).mean(0)", "x.mean(1)"]) assert.deepEqual(labels(end), [])
})

test("being told a class costs a table and weights, or the weights alone, in both networks", () => {
  const small = { latent: 4, hidden: 8, side: 4, channels: 1, classes: 3, label: 1 }
  // Generator 4·8+8, 8·16+16; discriminator 16·8+8, 8·1+1.
  const plain = [40 + 144, 136 + 9] as const
  const both = (knobs: Knobs): unknown =>
    ["generator", "discriminator"].map((name) => quantity("conditional-gan", name, { ...small, ...knobs }))
  assert.deepEqual(
    both({ told: "one-hot" }),
    plain.map((each) => each + 3 * 8),
  )
  assert.deepEqual(
    both({ told: "embedding", embedding: 5 }),
    plain.map((each) => each + 3 * 5 + 5 * 8),
  )
})

test("a label beyond the classes is said", () => {
  assert.deepEqual(subject("conditional-gan").numbers({ ...initialKnobs(subject("conditional-gan")), label: 12 }).problems, [
    "There is no class 12 among 10: they are counted from 0. Choose a smaller label or more classes.",
  ])
})

const ASKED = network(
  "Maker",
  "self.e = nn.Embedding(10, 5)\nself.a = nn.Linear(37, 64)\nself.b = nn.Linear(64, 784)",
  "return torch.tanh(self.b(F.relu(self.a(torch.cat([z, self.e(y)], 1))))).view(-1, 1, 28, 28)",
  "z, y",
)
const TOLD = network(
  "Judge",
  "self.e = nn.Embedding(10, 784)\nself.a = nn.Conv2d(2, 16, 4, 2, 1)\nself.b = nn.Linear(3136, 1)",
  "m = self.e(y).view(-1, 1, 28, 28)\nreturn self.b(F.leaky_relu(self.a(torch.cat([x, m], 1))).flatten(1))",
  "x, y",
)
const UNTOLD = network(
  "Judge",
  "self.a = nn.Conv2d(1, 16, 4, 2, 1)\nself.b = nn.Linear(3136, 1)",
  "return self.b(F.leaky_relu(self.a(x)).flatten(1))",
)
const ASK = "Maker()(torch.zeros(8, 32), torch.zeros(8, dtype=torch.long))\n"

test("where both networks join a class with noise and picture, they are a conditional GAN", () => {
  const matches = found(
    "conditional-gan",
    `${ASKED}${TOLD}${ASK}Judge()(torch.zeros(8, 1, 28, 28), torch.zeros(8, dtype=torch.long))\n`,
  ).flat()
  assert.deepEqual(matches.map(({ label }) => label).toSorted(), [
    "Conditional GAN · discriminator told the label of what Maker makes",
    "Conditional GAN · generator told of 10 classes, judged by Judge",
  ])
  for (const { knobs } of matches)
    assert.deepEqual(knobs, { latent: 32, classes: 10, embedding: 5, told: "embedding", channels: 1, side: 28 })
})

test("of two vectors that are joined, the short one is the label", () => {
  const join = (name: string, size: number, end: string): string =>
    network(
      name,
      `self.a = nn.Linear(${size + 10}, 64)\nself.b = nn.Linear(64, ${end})`,
      "return self.b(F.relu(self.a(torch.cat([x, y], 1))))",
      "x, y",
    )
  const use = "Maker()(torch.zeros(8, 32), torch.zeros(8, 10))\nJudge()(torch.zeros(8, 784), torch.zeros(8, 10))\n"
  const matches = found("conditional-gan", join("Maker", 32, "784") + join("Judge", 784, "1") + use).flat()
  assert.equal(matches.length, 2)
  for (const { knobs } of matches) assert.deepEqual(knobs, { latent: 32, classes: 10, told: "one-hot" })
})

test("where only the generator is told, or the judge compares two pictures, they are none", () => {
  const pairs = TOLD.replace("m = self.e(y).view(-1, 1, 28, 28)", "m = y")
  const judged = "Judge()(torch.zeros(8, 1, 28, 28), torch.zeros(8, 1, 28, 28))\n"
  for (const code of [`${ASKED}${UNTOLD}${ASK}Judge()(torch.zeros(8, 1, 28, 28))\n`, ASKED + pairs + ASK + judged, ASKED + ASK])
    assert.deepEqual(found("conditional-gan", code).flat(), [])
})
