/** Attention, positions, encoder blocks and whole transformers: counts as torch has them, and their patterns in models. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { weightsAt } from "../../src/concepts/attention/attention-example.ts"
import { kerasModel, knobsOf, problemsOf, quantity, recognised, torchModel } from "./reading.ts"

const DENSE = "Net()(torch.zeros(2, 16, 64))"

// As torch counts nn.MultiheadAttention; Keras' heads may be of any width.
for (const [knobs, expected] of [
  [{}, 1_050_624],
  [{ bias: false }, 1_048_576],
  [{ embed_dim: 768, num_heads: 12 }, 2_362_368],
  [{ embed_dim: 32, num_heads: 2, key_dim: 64 }, 16_800],
] as const)
  test(`an attention ${JSON.stringify(knobs)} has ${expected} parameters`, () =>
    assert.equal(quantity("attention", "parameters", knobs), expected))

test("heads must divide the width, unless they have one of their own", () => {
  assert.match(problemsOf("attention", { num_heads: 7 })[0] ?? "", /7 heads do not divide a width of 512/)
  assert.deepEqual(problemsOf("attention", { num_heads: 7, key_dim: 64 }), [])
})

test("weights of the example sum to 1, and later words get none of a causal head", () => {
  for (const reading of ["self", "causal", "cross"] as const)
    for (const scoring of ["scaled", "dot", "additive"] as const)
      assert(Math.abs(weightsAt(1, reading, scoring).reduce((sum, weight) => sum + weight, 0) - 1) < 1e-12)
  assert.deepEqual(weightsAt(0, "causal", "scaled"), [1, 0, 0, 0, 0])
})

test("layers open with their own sizes", () => {
  const own = torchModel("self.a = nn.MultiheadAttention(64, 4, batch_first=True, bias=False)", "return self.a(x, x, x)[0]", DENSE)
  assert.deepEqual(knobsOf("attention", own, "MultiheadAttention"), { embed_dim: 64, num_heads: 4, key_dim: 0, bias: false, queries: 16 })
  const wide = torchModel("self.a = nn.MultiheadAttention(64, 4, kdim=32)", "return x", DENSE)
  assert.equal(knobsOf("attention", wide, "MultiheadAttention"), undefined)
  assert.equal(knobsOf("attention", kerasModel("layers.Dense(3)"), "Dense"), undefined)
})

const PROJECTED = "self.q = nn.Linear(64, 64)\nself.k = nn.Linear(64, 64)\nself.v = nn.Linear(64, 64)"
const mixed = (form: string): string => `q, k, v = (f(x).unflatten(2, (4, 16)).transpose(1, 2) for f in (self.q, self.k, self.v))\n${form}`

test("written out or as one function, an attention is found with its heads", () => {
  const byHand = "s = q @ k.transpose(-2, -1) / 4\nreturn (s.softmax(-1) @ v).transpose(1, 2).flatten(2)"
  const asOne = "return F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)"
  for (const [form, label] of [
    [byHand, "Self-attention · 4 heads of 16"],
    [asOne, "Causal self-attention · 4 heads of 16"],
  ] as const) {
    const [match, ...others] = recognised("attention", torchModel(PROJECTED, mixed(form), DENSE))
    assert.equal(others.length, 0)
    assert.deepEqual([match?.label, match?.knobs["key_dim"], match?.knobs["num_heads"]], [label, 16, 4])
  }
})

const ADDITIVE = "self.q = nn.Linear(64, 32)\nself.k = nn.Linear(64, 32)\nself.s = nn.Linear(32, 1)"

test("scores of a small network over query and key are additive attention; a gate of softmax is none", () => {
  const scored = "w = self.s(torch.tanh(self.q(x[:, :1]) + self.k(x))).softmax(1)"
  for (const mixture of ["return (w * x).sum(1)", "return w.transpose(1, 2) @ x"]) {
    const [match] = recognised("attention", torchModel(ADDITIVE, `${scored}\n${mixture}`, DENSE))
    assert.equal(match?.knobs["scoring"], "additive")
  }
  assert.deepEqual(recognised("attention", torchModel(ADDITIVE, "return self.s(torch.tanh(self.q(x))).softmax(1) * x", DENSE)), [])
})

test("tables have a row for each token, and for each position only where they are learned", () => {
  assert.equal(
    quantity("positional-encoding", "parameters", { num_embeddings: 50_257, embedding_dim: 768, length: 1024, kind: "learned" }),
    39_383_808,
  )
  assert.equal(quantity("positional-encoding", "parameters", { num_embeddings: 50_257, embedding_dim: 768 }), 38_597_376)
  assert.match(problemsOf("positional-encoding", { embedding_dim: 7, kind: "rotary" })[0] ?? "", /odd/)
  const model = torchModel("self.e = nn.Embedding(100, 64)", "return self.e(x)", IDS)
  assert.deepEqual(knobsOf("positional-encoding", model, "Embedding"), { num_embeddings: 100, embedding_dim: 64, length: 16 })
})

const IDS = "Net()(torch.zeros(2, 16, dtype=torch.long))"
const READING =
  'self.e = nn.Embedding(100, 64)\nself.a = nn.MultiheadAttention(64, 4, batch_first=True)\nself.t = nn.Embedding(32, 64)\nself.register_buffer("s", torch.zeros(32, 64))\nself.q = nn.Linear(64, 64)'

for (const [how, positions, label] of [
  ["rows of their own", "x = self.e(x) + self.t(torch.arange(16))", "Positions · a learned table of 32 × 64"],
  ["a weight", "x = self.e(x) + self.p[:, :16]", "Positions · a learned table of 32 × 64"],
  ["what is kept with the model", "x = self.e(x) * 8 + self.s[:16]", "Positions · a fixed table of 16 × 64"],
] as const)
  test(`positions are found: ${how}`, () => {
    const [match, ...others] = recognised(
      "positional-encoding",
      torchModel(
        how === "a weight" ? `${READING}\nself.p = nn.Parameter(torch.zeros(1, 32, 64))` : READING,
        `${positions}\nreturn self.a(x, x, x)[0]`,
        IDS,
      ),
    )
    assert.equal(others.length, 0)
    assert.deepEqual([match?.label, match?.knobs["num_embeddings"]], [label, 100])
  })

test("queries turned by sines and cosines of their places are rotary positions", () => {
  const turned =
    "x = self.e(x)\na = torch.outer(torch.arange(16), torch.ones(32))\na = torch.cat((a, a), -1)\nq = self.q(x)\nl, r = q.chunk(2, -1)\nq = q * a.cos() + torch.cat((-r, l), -1) * a.sin()\nreturn F.scaled_dot_product_attention(q, q, x)"
  const [match] = recognised("positional-encoding", torchModel(READING, turned, IDS))
  assert.deepEqual([match?.label, match?.knobs["kind"]], ["Positions · rotary, vectors of 64", "rotary"])
})

test("a mask added to scores, a bias, and an embedding alone are no positions", () => {
  for (const forward of [
    "x = self.e(x)\ns = x @ x.transpose(1, 2) + torch.ones(16, 16).triu(1)\nreturn s.softmax(-1) @ x",
    "x = self.e(x) + torch.ones(64)\nreturn self.a(x, x, x)[0]",
    "return self.e(x) + self.t(torch.arange(16))",
  ])
    assert.deepEqual(recognised("positional-encoding", torchModel(READING, forward, IDS)), [])
})

// As torch counts nn.TransformerEncoderLayer.
for (const [knobs, expected] of [
  [{}, 3_152_384],
  [{ bias: false }, 3_146_752],
  [{ d_model: 768, nhead: 12, dim_feedforward: 3072 }, 7_087_872],
] as const)
  test(`an encoder block ${JSON.stringify(knobs)} has ${expected} parameters`, () =>
    assert.equal(quantity("encoder-block", "parameters", knobs), expected))

const stack = (first: string): string =>
  `self.e = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 256, batch_first=True, norm_first=${first}), 3)`

for (const [first, order] of [
  ["True", "pre-norm"],
  ["False", "post-norm"],
] as const)
  test(`encoder blocks are found, ${order}`, () => {
    const model = torchModel(stack(first), "return self.e(x)", DENSE)
    const [match, ...others] = recognised("encoder-block", model)
    assert.equal(others.length, 0)
    assert.equal(match?.label, `Encoder block ×3 · ${order}`)
    assert.deepEqual(match?.layers, ["e.layers.0", "e.layers.1", "e.layers.2"])
    assert.deepEqual(match?.knobs, { d_model: 64, norm_first: order === "pre-norm", nhead: 4, dim_feedforward: 256, length: 16 })
    assert.deepEqual(knobsOf("encoder-block", model, "TransformerEncoderLayer"), { ...match?.knobs, bias: true })
  })

test("causal attention, or none around which there are shortcuts, is no encoder block", () => {
  const feed =
    "self.f = nn.Sequential(nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 64))\nself.a = nn.MultiheadAttention(64, 4, batch_first=True)"
  for (const forward of [
    "x = x + F.scaled_dot_product_attention(x, x, x, is_causal=True)\nreturn x + self.f(x)",
    "return self.f(self.a(x, x, x)[0])",
    "x = x + self.a(x, x, x)[0]\nreturn self.f(x)",
  ])
    assert.deepEqual(recognised("encoder-block", torchModel(feed, forward, DENSE)), [])
  assert.equal(recognised("encoder-block", torchModel(feed, "x = x + self.a(x, x, x)[0]\nreturn x + self.f(x)", DENSE)).length, 1)
})

test("the paper's base configuration, and torch's two stacks", () => {
  // 37,000 × 512, six encoder blocks of 3,152,384 and six decoder blocks of 4,204,032; nn.Transformer() has 44,140,544.
  assert.equal(quantity("transformer", "parameters"), 63_082_496)
  assert.equal(quantity("transformer", "stacks", { end: true }), 44_140_544)
})

test("encoder blocks whose result decoder blocks read are a transformer", () => {
  const layers = "self.t = nn.Transformer(64, 4, 2, 3, 256, batch_first=True)"
  const model = torchModel(layers, "return self.t(x, x[:, :9])", DENSE)
  const [match, ...others] = recognised("transformer", model)
  assert.equal(others.length, 0)
  assert.match(match?.label ?? "", /^Transformer · 2 encoder and 3 decoder blocks/)
  assert.deepEqual([match?.knobs["d_model"], match?.knobs["dim_feedforward"]], [64, 256])
  assert.equal(knobsOf("transformer", model, "Transformer")?.["num_decoder_layers"], 3)
  assert.deepEqual(recognised("transformer", torchModel(stack("True"), "return self.e(x)", DENSE)), [])
})
