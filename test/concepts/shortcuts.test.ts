/** Shortcuts and depthwise-separable pairs in models: what counts as one, and what only looks like it. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { recognised, torchModel } from "./reading.ts"

const LAYERS =
  "self.a = nn.Conv2d(8, 8, 3, padding=1)\nself.b = nn.Conv2d(8, 8, 3, padding=1)\nself.c = nn.Conv2d(8, 8, 1)\nself.up = nn.Upsample(scale_factor=2)\nself.g = nn.Linear(8, 8)\nself.h = nn.Linear(8, 8)"
const IMAGE = "Net()(torch.zeros(2, 8, 16, 16))"
const labels = (forward: string, more = IMAGE): readonly string[] =>
  recognised("shortcuts", torchModel(LAYERS, forward, more)).map(({ label }) => label)

for (const [what, forward] of [
  ["what went in", "return x + self.b(F.relu(self.a(x)))"],
  ["a projection of it", "return F.relu(self.b(F.relu(self.a(x))) + self.c(x))"],
  ["a pooled projection of it", "return self.b(F.max_pool2d(self.a(x), 2)) + self.c(F.avg_pool2d(x, 2))"],
  ["what a gate has scaled", "y = self.a(x)\nreturn x + y * torch.sigmoid(self.c(y.mean((2, 3), keepdim=True)))"],
] as const)
  test(`a sum with ${what} is a shortcut`, () => assert.deepEqual(labels(forward), ["Residual · 1 shortcut"]))

for (const [what, forward] of [
  ["two branches of one layer each", "return self.a(x) + self.c(x)"],
  ["a pooled branch beside a convolution", "return self.a(x) + F.max_pool2d(x, 3, stride=1, padding=1)"],
  ["a value and a function of it without layers", "return x * torch.cos(x) + x * torch.sin(x)"],
  ["maps grown back to their size and what they were", "y = self.a(x)\nreturn self.c(y) + self.up(self.b(F.max_pool2d(y, 2)))"],
] as const)
  test(`a sum of ${what} is none`, () => assert.deepEqual(labels(forward), []))

test("a gated cell written out adds projections of vectors, and has no shortcut", () => {
  const cell = "h = self.g(x)\nr = torch.sigmoid(self.g(x) + self.h(h))\nreturn torch.tanh(self.g(x) + self.h(r * h))"
  assert.deepEqual(labels(cell, "Net()(torch.zeros(2, 8))"), [])
})

test("concatenating all that came before is dense; joining grown maps with earlier ones, as U-Net does, is not", () => {
  const dense = "for conv in (self.a, self.b, self.c):\n    x = torch.cat([x, conv(x[:, :8])], 1)\nreturn x"
  assert.deepEqual(labels(dense), ["Dense connections · 3 concatenations"])
  const skips = "for conv in (self.a, self.b, self.c):\n    x = torch.cat([x, self.up(conv(F.max_pool2d(x[:, :8], 2)))], 1)\nreturn x"
  assert.deepEqual(labels(skips), [])
})

const SEPARABLE =
  "self.d = nn.Conv2d(8, 8, 7, padding=3, groups=8)\nself.n = nn.LayerNorm(8)\nself.l = nn.Linear(8, 32)\nself.p = nn.Conv2d(8, 16, 1)"
const pairs = (forward: string): readonly (readonly string[])[] =>
  recognised("depthwise-separable", torchModel(SEPARABLE, forward, IMAGE)).map(({ layers }) => layers)

test("a linear layer over channels that stand last mixes them as a 1 × 1 convolution does", () =>
  assert.deepEqual(pairs("return self.l(self.n(self.d(x).permute(0, 2, 3, 1)))"), [["d", "l"]]))

test("a gate made of the value itself may stand between depthwise and pointwise; another value's may not", () => {
  assert.deepEqual(pairs("y = self.d(x)\nreturn self.p(y * torch.sigmoid(y.mean((2, 3), keepdim=True)))"), [["d", "p"]])
  assert.deepEqual(pairs("return self.p(self.d(x) * F.relu(x))"), [])
})
