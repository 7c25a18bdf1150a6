/** Generative subjects: numbers by hand and from papers, and their networks found in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { initialKnobs, type Knobs, type Match, type Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const subject = (id: string): Subject => subjectOf(id) as Subject

function quantity(id: string, name: string, knobs: Knobs = {}): unknown {
  return subject(id)
    .numbers({ ...initialKnobs(subject(id)), ...knobs })
    .quantities.find((each) => each.name === name)?.value
}

function modelsOf(code: string): readonly Model[] {
  const file = sourceFile("file:///model", "python", `import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n${code}`)
  return analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) }).models
}

const network = (name: string, layers: string, forward: string, inputs = "x"): string =>
  `class ${name}(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, ${inputs}):\n${forward.replace(/^/gm, "        ")}\n`

const modelOf = (layers: string, forward: string, inputs = "x"): Model => modelsOf(network("Net", layers, forward, inputs)).at(-1) as Model

const recognised = (id: string, model: Model): readonly Match[] => subject(id).recognise(model)

test("an autoencoder's layers are counted as torch has them", () => {
  // Linear(784, 128), Linear(128, 32), Linear(32, 128), Linear(128, 784).
  assert.equal(quantity("autoencoder", "parameters"), 209_968)
})

const AUTOENCODER = "self.down = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 8))\nself.up = nn.Linear(8, 784)"

test("what gives back the input's size through something much smaller is an autoencoder", () => {
  const [match, ...others] = recognised("autoencoder", modelOf(AUTOENCODER, "return self.up(self.down(x.view(-1, 784)))"))
  assert.equal(others.length, 0)
  assert.equal(match?.label, "Autoencoder · code of 8 for 784 numbers")
  assert.deepEqual(match?.knobs, { kind: "plain", input: 784, code: 8, hidden: 64 })
})

test("with a way around the code, or a wide one, or another size, it is none", () => {
  for (const [layers, forward] of [
    [AUTOENCODER, "x = x.view(-1, 784)\nreturn x + self.up(self.down(x))"],
    ["self.a = nn.Linear(16, 64)\nself.b = nn.Linear(64, 16)", "return self.b(F.relu(self.a(x)))"],
    ["self.a = nn.Linear(784, 32)\nself.b = nn.Linear(32, 10)", "return self.b(F.relu(self.a(x)))"],
  ] as const)
    assert.deepEqual(recognised("autoencoder", modelOf(layers, forward)), [])
})

const VARIATIONAL = "self.e = nn.Linear(784, 64)\nself.m = nn.Linear(64, 8)\nself.v = nn.Linear(64, 8)\nself.d = nn.Linear(8, 784)"
const HEADS = "h = F.relu(self.e(x.view(-1, 784)))\nmu, logvar = self.m(h), self.v(h)\n"

test("mean, log-variance and noise are a VAE, however they are written", () => {
  for (const sample of [
    "z = mu + torch.exp(0.5 * logvar) * torch.randn_like(mu)",
    "std = logvar.mul(0.5).exp_()\nz = torch.randn(mu.size(0), 8).mul(std).add_(mu)",
    "z = mu\nif self.training:\n    z = mu + logvar.exp().sqrt() * torch.randn_like(mu)",
  ]) {
    const model = modelOf(VARIATIONAL, `${HEADS}${sample}\nreturn self.d(z), mu, logvar`)
    const [match, ...others] = recognised("variational-autoencoder", model)
    assert.equal(others.length, 0)
    assert.deepEqual(match?.layers, ["m", "v"])
    assert.deepEqual(match?.knobs, { latent: 8 })
    assert.equal(recognised("autoencoder", model)[0]?.knobs["kind"], "variational")
  }
})

test("two halves of one layer serve as heads", () => {
  const model = modelOf(
    "self.e = nn.Linear(784, 16)\nself.d = nn.Linear(8, 784)",
    "mu, logvar = self.e(x.view(-1, 784)).chunk(2, dim=1)\nreturn self.d(mu + torch.randn_like(mu) * torch.exp(logvar / 2))",
  )
  assert.equal(recognised("variational-autoencoder", model).length, 1)
})

test("a gate, or a sum of two heads, is no VAE", () => {
  for (const forward of [`${HEADS}return self.d(mu + torch.exp(logvar) * mu)`, `${HEADS}return self.d(mu + logvar)`])
    assert.deepEqual(recognised("variational-autoencoder", modelOf(VARIATIONAL, forward)), [])
})

const beside = (id: string, models: readonly Model[]): readonly (readonly Match[])[] =>
  models.map((model) => subject(id).recognise(model, models))

const GENERATOR = network(
  "Generator",
  "self.a = nn.Linear(100, 128)\nself.b = nn.Linear(128, 784)",
  "return torch.tanh(self.b(F.leaky_relu(self.a(x)))).view(-1, 1, 28, 28)",
)
const DISCRIMINATOR = network(
  "Discriminator",
  "self.a = nn.Linear(784, 64)\nself.b = nn.Linear(64, 1)",
  "return torch.sigmoid(self.b(F.leaky_relu(self.a(x.flatten(1)))))",
)

test("a GAN's networks are counted as torch has them", () => {
  // Linear(100, 128), Linear(128, 784); Linear(784, 128), Linear(128, 1).
  assert.equal(quantity("gan", "generator"), 114_064)
  assert.equal(quantity("gan", "discriminator"), 100_609)
})

test("what makes an image from noise and what judges it with one number, in one file, are a GAN", () => {
  const [generator, discriminator] = beside("gan", modelsOf(GENERATOR + DISCRIMINATOR))
  assert.equal(generator?.[0]?.label, "GAN · generator from 100 numbers, judged by Discriminator")
  assert.deepEqual(generator?.[0]?.knobs, { latent: 100, size: 784, hidden: 128 })
  assert.equal(discriminator?.[0]?.label, "GAN · discriminator of what Generator makes")
})

test("a decoder beside a classifier, or either alone, is none", () => {
  const classifier = network("Classifier", "self.a = nn.Linear(784, 64)\nself.b = nn.Linear(64, 10)", "return self.b(F.relu(self.a(x)))")
  for (const code of [GENERATOR, DISCRIMINATOR, GENERATOR + classifier])
    for (const matches of beside("gan", modelsOf(code))) assert.deepEqual(matches, [])
})
