/** Training loops are left when rounds change nothing but numbers, also where a round marks tensors that it made itself. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

// A penalty on gradients, as WGAN-GP has it: every round asks for the gradient of a tensor of its own.
const PENALTY = `import torch
from torch import nn
critic = nn.Sequential(nn.Linear(8, 16), nn.LeakyReLU(), nn.Linear(16, 1))
for epoch in range(200):
    for batch in range(900):
        mixed = torch.rand(4, 8).requires_grad_(True)
        slope = torch.autograd.grad(critic(mixed).sum(), mixed, create_graph=True)[0]
        penalty = (slope.norm(2, dim=1) - 1).pow(2).mean()
        penalty.backward()
after = nn.Linear(1, 2)(critic(torch.rand(4, 8)))
`

test("a loop whose rounds mark new tensors does not use up the fuel", () => {
  const file = sourceFile("/train.py", "python", PENALTY)
  // All 180,000 rounds would take hundreds of times as much.
  const analysis = analyze(file, "/train.py", memoryHost({}), { budget: { fuel: 60_000, cancelled: () => false } })
  assert.deepEqual(analysis.problems, [])
  assert.deepEqual(analysis.gaps, [])
})
