/** GPT, BERT, XLNet and decoder blocks: published sizes, and their patterns found in models by masks and by what attends to what. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { formatted, piecesOf } from "../../src/concepts/attention/bert-tokens.ts"
import { isSeen, ordered } from "../../src/concepts/attention/xlnet-order.ts"
import { knobsOf, modelOf, problemsOf, quantity, recognised, torchModel } from "./reading.ts"

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
  [
    "places compared with places",
    "p = torch.arange(length)\nm = (p[:, None] >= p[None, :]).expand(2, length, length)\nx = x + F.scaled_dot_product_attention(x, x, x, attn_mask=m)",
  ],
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
  assert.deepEqual(match?.knobs, { n_layer: 1, vocab_size: 100, n_embd: 64, n_head: 4 })
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

test("BERT-base has 109,482,240 parameters, BERT-large 335,141,888, and pre-training puts 624,188 on top", () => {
  assert.equal(quantity("bert", "parameters"), 109_482_240)
  const large = { num_hidden_layers: 24, num_attention_heads: 16, hidden_size: 1024, intermediate_size: 4096 }
  assert.equal(quantity("bert", "parameters", large), 335_141_888)
  assert.equal(quantity("bert", "head"), 624_188)
  assert.equal(quantity("bert", "head", { task: "classify", labels: 2 }), 1538)
})

test("words are cut into the longest pieces that there are, or are unknown", () => {
  assert.deepEqual(piecesOf("cat"), ["cat"])
  assert.deepEqual(piecesOf("napping"), ["nap", "##ping"])
  assert.deepEqual(piecesOf("naps"), ["nap", "##s"])
  assert.deepEqual(piecesOf("napx"), ["[UNK]"])
})

test("what is too long loses its end, piece by piece, and sentences keep their segments", () => {
  const knobs = { text: "next", length: 10, share: 15, draw: 1 }
  const { tokens, segments, mask, left } = formatted(knobs)
  assert.deepEqual(tokens, ["[CLS]", "the", "cat", "sleep", "[SEP]", "it", "like", "##s", "nap", "[SEP]"])
  assert.deepEqual(segments, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  assert.deepEqual([new Set(mask).size, left], [1, 4])
})

const ENCODER =
  "self.e = nn.Embedding(100, 64, padding_idx=0)\nself.s = nn.Embedding(2, 64)\nself.p = nn.Embedding(32, 64)\nself.a = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 128, batch_first=True), 2)\nself.h = nn.Linear(64, 3)"
const bothSides = (end: string, segments = ""): string =>
  `h = self.e(x) + self.p(torch.arange(x.shape[1]))${segments}\nh = self.a(h, src_key_padding_mask=x == 0)\nreturn ${end}`

test("an encoder that sees both sides, with a head on the first token, is BERT", () => {
  const [match, ...others] = recognised("bert", torchModel(ENCODER, bothSides("self.h(h[:, 0])"), IDS))
  assert.equal(others.length, 0)
  assert.deepEqual(match?.knobs, { num_hidden_layers: 2, hidden_size: 64, vocab_size: 100, num_attention_heads: 4, max_positions: 32 })
})

test("a table of two segments tells it too; a head on the mean of all tokens does not", () => {
  const segments = " + self.s(torch.zeros_like(x))"
  assert.equal(recognised("bert", torchModel(ENCODER, bothSides("self.h(h)", segments), IDS)).length, 1)
  assert.deepEqual(recognised("bert", torchModel(ENCODER, bothSides("self.h(h.mean(1))"), IDS)), [])
})

test("a GPT is no BERT, nor is a vision transformer with a class token", () => {
  const causal = "x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)\nx = x[:, 0]"
  assert.deepEqual(recognised("bert", torchModel(LAYERS, embedded(causal), IDS)), [])
  const layers = `${ENCODER}\nself.c = nn.Conv2d(3, 64, 4, 4)\nself.t = nn.Parameter(torch.zeros(1, 1, 64))`
  const vision = "h = self.c(x).flatten(2).transpose(1, 2)\nh = self.a(torch.cat([self.t.expand(2, -1, -1), h], 1))\nreturn self.h(h[:, 0])"
  assert.deepEqual(recognised("bert", torchModel(layers, vision, "Net()(torch.zeros(2, 3, 16, 16))")), [])
})

test("XLNet-base has 116,718,336 parameters, XLNet-large 360,268,800", () => {
  assert.equal(quantity("xlnet", "parameters"), 116_718_336)
  const large = { n_layer: 24, n_head: 16, d_model: 1024, d_inner: 4096 }
  assert.equal(quantity("xlnet", "parameters", large), 360_268_800)
})

test("sorted by the order, the content mask is a triangle with its diagonal, the query mask one without", () => {
  const text = ordered({ tokens: 7, targets: 2, draw: 3, order: "drawn" })
  assert.deepEqual(text.order.toSorted(), [0, 1, 2, 3, 4, 5, 6])
  for (const [row, from] of text.order.entries())
    for (const [column, to] of text.order.entries()) {
      assert.equal(isSeen(text, from, to, "content"), column <= row)
      assert.equal(isSeen(text, from, to, "query"), column < row)
    }
})

test("from left to right nothing is seen on the right, from right to left nothing on the left", () => {
  assert.equal(quantity("xlnet", "right", { order: "left" }), 0)
  assert.equal(quantity("xlnet", "left", { order: "right" }), 0)
})

const STREAMS =
  "self.e = nn.Embedding(100, 64)\nself.w = nn.Parameter(torch.zeros(1, 1, 64))\nself.q = nn.Linear(64, 64)\nself.k = nn.Linear(64, 64)\nself.v = nn.Linear(64, 64)"
const twoStreams = (second: string): string =>
  `h = self.e(x)\ng = self.w.expand(2, 16, 64)\nrank = torch.randperm(16)\nk, v = self.k(h), self.v(h)\nh2 = F.scaled_dot_product_attention(self.q(h), k, v, attn_mask=rank[:, None] >= rank[None, :])\n${second}\nreturn h2 + g2`

test("two queries on the same keys, each under a mask of its own, are XLNet's two streams", () => {
  const second = "g2 = F.scaled_dot_product_attention(self.q(g), k, v, attn_mask=rank[:, None] > rank[None, :])"
  const [match, ...others] = recognised("xlnet", torchModel(STREAMS, twoStreams(second), IDS))
  assert.equal(others.length, 0)
  assert.deepEqual(match?.knobs, { n_layer: 1, d_model: 64 })
})

test("the same query twice, keys of their own, or no mask are no two streams", () => {
  for (const second of [
    "g2 = F.scaled_dot_product_attention(self.q(h), k, v, attn_mask=rank[:, None] > rank[None, :])",
    "g2 = F.scaled_dot_product_attention(self.q(g), self.k(g), v, attn_mask=rank[:, None] > rank[None, :])",
    "g2 = F.scaled_dot_product_attention(self.q(g), k, v)",
  ])
    assert.deepEqual(recognised("xlnet", torchModel(STREAMS, twoStreams(second), IDS)), [])
})

// As torch counts nn.TransformerDecoderLayer.
for (const [knobs, expected] of [
  [{}, 4_204_032],
  [{ bias: false }, 4_195_840],
  [{ d_model: 256, nhead: 4, dim_feedforward: 1024 }, 1_053_440],
] as const)
  test(`a decoder block ${JSON.stringify(knobs)} has ${expected} parameters`, () =>
    assert.equal(quantity("decoder-block", "parameters", knobs), expected))

const WRITING = `${LAYERS}
self.b = nn.MultiheadAttention(64, 4, batch_first=True)
self.c = nn.MultiheadAttention(64, 4, batch_first=True)`
const writing = (own: string, memory = "self.c(x, x, x)[0]"): string => `m = ${memory}
y = self.e(torch.zeros(2, 9, dtype=torch.long))
y = y + ${own}
return self.h(y + self.b(y, m, m)[0])`
const DENSE = "Net()(torch.zeros(2, 16, 64))"
const CAUSAL = "self.a(y, y, y, attn_mask=torch.ones(9, 9).triu(1).bool())[0]"

test("masked self-attention and then attention to something else is a decoder block", () => {
  const [match, ...others] = recognised("decoder-block", torchModel(WRITING, writing(CAUSAL, "x"), DENSE))
  assert.equal(others.length, 0)
  assert.deepEqual([match?.layers, match?.knobs], [["a", "b"], { d_model: 64, nhead: 4 }])
  assert.match(match?.label ?? "", /^Decoder block · self-attention under a causal mask/)
})

test("without a mask it is one where an encoder is read, and that is said; reading plain vectors is none", () => {
  const own = "self.a(y, y, y)[0]"
  const [match] = recognised("decoder-block", torchModel(WRITING, writing(own), DENSE))
  assert.match(match?.label ?? "", /without a causal mask/)
  assert.deepEqual(recognised("decoder-block", torchModel(WRITING, writing(own, "x"), DENSE)), [])
})

test("an encoder, or a GPT, is no decoder block", () => {
  assert.deepEqual(recognised("decoder-block", torchModel(WRITING, "return self.a(x, x, x)[0]", DENSE)), [])
  assert.deepEqual(
    recognised("decoder-block", torchModel(LAYERS, embedded("x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)"), IDS)),
    [],
  )
})

test("torch's own layer opens the decoder block with its sizes", () => {
  const layers = "self.d = nn.TransformerDecoderLayer(128, 4, 512, batch_first=True, norm_first=True)"
  const model = torchModel(layers, "return self.d(x, x)", "Net()(torch.zeros(2, 16, 128))")
  assert.deepEqual(knobsOf("decoder-block", model, "TransformerDecoderLayer"), {
    d_model: 128,
    nhead: 4,
    dim_feedforward: 512,
    norm_first: true,
    bias: true,
    target: 16,
  })
})

test("a mask kept with the model is causal for torch's layer too", () => {
  const layers = `${LAYERS}\nself.register_buffer("m", torch.tril(torch.ones(32, 32)).view(1, 1, 32, 32))`
  const mixed = "x = x + self.a(x, x, x, attn_mask=self.m[0, 0, :length, :length])[0]"
  assert.equal(recognised("gpt", torchModel(layers, embedded(mixed), IDS)).length, 1)
})

test("scores of all tokens without any mask are BERT's hidden tokens", () => {
  assert.equal(recognised("bert", torchModel(LAYERS, embedded("x = x + self.a(x, x, x)[0]"), IDS)).length, 1)
  const given = "x = x + self.a(x, x, x, attn_mask=(ids[0, :, None] > ids[0, None, :]))[0]"
  assert.deepEqual(recognised("bert", torchModel(LAYERS, `ids = x\n${embedded(given)}`, IDS)), [])
})

test("a class token that reads all tokens, itself included, is self-attention", () => {
  const mixed = "c = x[:, 0:1]\nx = x + self.a(x, x, x)[0]\nreturn self.a(c, x, x)[0]"
  assert.deepEqual(recognised("decoder-block", torchModel(LAYERS, embedded(mixed), IDS)), [])
})

test("queries that were pooled from what is attended to, and keys that were convolved, are self-attention", () => {
  const layers =
    "self.q = nn.Linear(64, 64)\nself.k = nn.Linear(64, 64)\nself.c = nn.Conv1d(64, 64, 2, 2)\nself.a = nn.MultiheadAttention(64, 4, batch_first=True)"
  const pooled =
    "x = x + self.a(x, x, x)[0]\nq = self.q(x).unflatten(1, (8, 2)).amax(2)\nreturn F.scaled_dot_product_attention(q, self.k(x), x)"
  assert.deepEqual(recognised("decoder-block", torchModel(layers, pooled, "Net()(torch.zeros(2, 16, 64))")), [])
  const reduced =
    "x = x + self.a(x, x, x)[0]\ny = self.c(x.transpose(1, 2)).transpose(1, 2)\nreturn F.scaled_dot_product_attention(self.q(x), self.k(y), y)"
  assert.deepEqual(recognised("decoder-block", torchModel(layers, reduced, "Net()(torch.zeros(2, 16, 64))")), [])
})

test("a vocabulary smaller than the context is still the vocabulary", () => {
  const layers = LAYERS.replace("nn.Embedding(100, 64)", "nn.Embedding(20, 64)")
  const [match] = recognised("gpt", torchModel(layers, embedded("x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)"), IDS))
  assert.deepEqual([match?.knobs["vocab_size"], match?.knobs["context"]], [20, 32])
})
