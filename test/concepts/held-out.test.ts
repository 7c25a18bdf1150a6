/** What recognition learned from models it had never seen: ways of writing that say the same. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { modelOf, recognised, torchModel } from "./reading.ts"

test("a bias that the model adds itself is no other head: the last state is the sequence's vector", () => {
  const model = torchModel(
    "self.rnn = nn.RNN(input_size=7, hidden_size=5)\nself.W = nn.Linear(5, 7, bias=False)\nself.b = nn.Parameter(torch.ones([7]))",
    "outputs, hidden = self.rnn(x.transpose(0, 1))\nreturn self.W(outputs[-1]) + self.b",
    "Net()(torch.zeros(2, 6, 7))",
  )
  assert.equal(recognised("sequence-to-vector", model).length, 1)
})

const BLOCK = (network: string, applied: string): string =>
  `import torch
import torch.nn as nn
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(16, 4, batch_first=True)
        self.before, self.after = nn.LayerNorm(16), nn.LayerNorm(16)
${network.replace(/^/gm, "        ")}
    def forward(self, x):
        x = self.before(x + self.attention(x, x, x)[0])
${applied.replace(/^/gm, "        ")}
Block()(torch.zeros(2, 5, 16))
`

test("a feed-forward network of convolutions with kernel 1 is one; a wider kernel mixes positions", () => {
  const applied = "y = torch.relu(self.one(x.transpose(1, 2)))\nreturn self.after(x + self.two(y).transpose(1, 2))"
  const blocks = (kernel: number): number =>
    recognised(
      "encoder-block",
      modelOf(
        BLOCK(
          `self.one = nn.Conv1d(16, 64, ${kernel}, padding=${kernel >> 1})\nself.two = nn.Conv1d(64, 16, ${kernel}, padding=${kernel >> 1})`,
          applied,
        ),
      ),
    ).length
  assert.deepEqual([blocks(1), blocks(3)], [1, 0])
})

test("GELU written out bends too", () => {
  const applied = "y = self.one(x)\ny = y * 0.5 * (1.0 + torch.erf(y / 2.0 ** 0.5))\nreturn self.after(x + self.two(y))"
  assert.equal(recognised("encoder-block", modelOf(BLOCK("self.one = nn.Linear(16, 64)\nself.two = nn.Linear(64, 16)", applied))).length, 1)
})

test("places written once for each example are still places", () => {
  const model = torchModel(
    "self.tokens, self.places = nn.Embedding(50, 16), nn.Embedding(12, 16)\nself.attention = nn.MultiheadAttention(16, 4, batch_first=True)",
    "at = torch.arange(x.size(1)).unsqueeze(0).expand_as(x)\ny = self.tokens(x) + self.places(at)\nreturn self.attention(y, y, y)[0]",
    "Net()(torch.zeros(2, 8, dtype=torch.long))",
  )
  assert.match(recognised("positional-encoding", model)[0]?.label ?? "", /learned table of 12 × 16/)
})
