// A custom autograd function computes its forward; what it keeps for the way back costs nothing.
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { test } from "node:test"
import { summarize } from "../oracle/command.ts"

const PROGRAM = `
import torch
from torch import nn
class Project(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.save_for_backward(x, weight)
        return x @ weight
class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3, 4))
    def forward(self, x):
        return Project.apply(x, self.weight)
`

test("saving tensors in the context leaves the total of multiply-accumulates known", async () => {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-autograd-`)
  writeFileSync(`${folder}/program.py`, PROGRAM)
  const answers = await summarize([{ id: "model", file: `${folder}/program.py`, entry: "Model()", inputs: ["2,3"] }])
  rmSync(folder, { recursive: true })
  const [model] = answers.get("model")?.models ?? []
  assert.deepEqual([model?.parameters.total, model?.macs, model?.unknowns], [12, 24, []])
})
