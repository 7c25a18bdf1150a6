/** GPT, BERT, XLNet and decoder blocks: published sizes, and their patterns found in models by masks and by what attends to what. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { modelOf, problemsOf, quantity, recognised, torchModel } from "./reading.ts"

// Radford et al. 2019; parameters as torch counts the published checkpoints.
for (const [layers, heads, width, expected] of [
  [12, 12, 768, 124_439_808],
  [24, 16, 1024, 354_823_168],
  [48, 25, 1600, 1_557_611_200],
] as const)
  test(`GPT-2 with ${layers} blocks has ${expected} parameters`, () =>
    assert.equal(quantity("gpt", "parameters", { n_layer: layers, n_head: heads, n_embd: width }), expected))

test("heads that do not divide the width are refused in words", () => {
  assert.match(problemsOf("gpt", { n_head: 7 })[0] ?? "", /7 heads do not divide a width of 768/)
})

const LAYERS =
  "self.e = nn.Embedding(100, 64)\nself.p = nn.Embedding(32, 64)\nself.a = nn.MultiheadAttention(64, 4, batch_first=True)\nself.h = nn.Linear(64, 100)"
const IDS = "Net()(torch.zeros(2, 16, dtype=torch.long))"
const embedded = (mixed: string): string => `length = x.shape[1]\nx = self.e(x) + self.p(torch.arange(length))\n${mixed}\nreturn self.h(x)`

const MASKED: readonly (readonly [string, string])[] = [
  ["a triangle given to the layer", "x = x + self.a(x, x, x, attn_mask=torch.triu(torch.ones(length, length), 1).bool())[0]"],
  ["torch's own function", "x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)"],
  [
    "scores filled where a triangle is 0",
    "s = (x @ x.transpose(1, 2)).masked_fill(torch.tril(torch.ones(length, length)) == 0, float('-inf'))\nx = x + s.softmax(-1) @ x",
  ],
  [
    "minus infinity added above the diagonal",
    "s = x @ x.transpose(1, 2) / 8 + torch.triu(torch.full((length, length), float('-inf')), 1)\nx = x + F.softmax(s, dim=-1) @ x",
  ],
]

for (const [how, mixed] of MASKED)
  test(`GPT is found by its mask: ${how}`, () => {
    const [match, ...others] = recognised("gpt", torchModel(LAYERS, embedded(mixed), IDS))
    assert.equal(others.length, 0)
    assert.deepEqual([match?.knobs["n_layer"], match?.knobs["vocab_size"], match?.knobs["context"]], [1, 100, 32])
  })

test("a mask kept as a buffer is causal too, where it depends on no input", () => {
  const layers = `${LAYERS}\nself.register_buffer("m", torch.tril(torch.ones(32, 32)))`
  const mixed = "s = (x @ x.transpose(1, 2)).masked_fill(self.m[:length, :length] == 0, -1e9)\nx = x + s.softmax(-1) @ x"
  assert.equal(recognised("gpt", torchModel(layers, embedded(mixed), IDS)).length, 1)
})

test("Keras says that a layer is causal", () => {
  const causal = (argument: string): string => `import keras
from keras import layers
ids = keras.Input((16,), dtype="int32")
x = layers.Embedding(100, 64)(ids)
x = x + layers.MultiHeadAttention(4, 16)(x, x${argument})
model = keras.Model(ids, layers.Dense(100)(x))
`
  const [match] = recognised("gpt", modelOf(causal(", use_causal_mask=True")))
  assert.deepEqual(match?.knobs, { n_layer: 1, vocab_size: 100, n_embd: 64, n_head: 4, context: 16 })
  assert.deepEqual(recognised("gpt", modelOf(causal(""))), [])
})

test("padding masks, no masks, and attention to something else are no GPT", () => {
  const padding = "s = (x @ x.transpose(1, 2)).masked_fill(ids[:, None, :] == 0, -1e9)\nx = x + s.softmax(-1) @ x"
  assert.deepEqual(recognised("gpt", torchModel(LAYERS, `ids = x\n${embedded(padding)}`, IDS)), [])
  assert.deepEqual(recognised("gpt", torchModel(LAYERS, embedded("x = x + self.a(x, x, x)[0]"), IDS)), [])
  const crossed =
    "m = self.p(torch.arange(8)).expand(2, 8, 64)\nx = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)\nx = x + self.a(x, m, m)[0]"
  assert.deepEqual(recognised("gpt", torchModel(LAYERS, embedded(crossed), IDS)), [])
})
