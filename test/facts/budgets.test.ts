// Budgets: a known count above what a comment allows is a problem at the model; what is not known never is.
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { readBudget } from "../../src/facts/budgets.ts"
import { messageOf } from "../../src/facts/problems.ts"
import { memoryHost } from "../../src/text/host.ts"
import { type Language, sourceFile } from "../../src/text/source.ts"

function found(text: string, language: Language = "python"): string[] {
  const path = language === "python" ? "/net.py" : "/net.js"
  const file = sourceFile(path, language, text)
  const { problems } = analyze(file, path, memoryHost({}), { budget: { fuel: 5_000_000, cancelled: () => false } })
  return problems.filter(({ code }) => code.endsWith("budget")).map(messageOf)
}

const net = (budget: string, layer = "nn.Conv2d(3, 8, 3)", rest = "") => `import torch
from torch import nn

class Net(nn.Module):
    # layerscope: ${budget}
    def __init__(self, width=8):
        super().__init__()
        self.layer = ${layer}

    def forward(self, x):
        return self.layer(x)
${rest}`

test("parameters above the budget are a problem, at it they are not", () => {
  assert.deepEqual(found(net("max-params 223")), ["`Net` has 224 parameters, its budget is 223"])
  assert.deepEqual(found(net("max-params 224")), [])
})

test("multiply-accumulates are those of one example, and only of inputs that are certain", () => {
  const called = (batch: number) => net("max-macs 7k", "nn.Conv2d(3, 8, 3)", `\nNet()(torch.zeros(${batch}, 3, 8, 8))\n`)
  const message = ["`Net` has 7,776 MACs an example, its budget is 7k"]
  assert.deepEqual(found(called(1)), message)
  assert.deepEqual(found(called(64)), message)
  assert.deepEqual(found(called(64).replace("7k", "8k")), [])
  assert.deepEqual(found(net("max-macs 1")), [], "nobody states the picture's size")
})

test("counts that are symbolic or unknown are over no budget", () => {
  assert.deepEqual(found(net("max-params 1", "nn.Linear(width, elsewhere())")), [])
  assert.deepEqual(found(net("max-params 1", "Unheard(3)").replace("import torch\n", "import torch\nfrom missing import Unheard\n")), [])
})

test("a budget speaks of its own model only", () => {
  const text = `from torch import nn
small = nn.Linear(2, 2)  # layerscope: max-params 10
large = nn.Sequential(nn.Linear(50, 50), nn.ReLU())
# layerscope: max-params 1k
middle = nn.Sequential(nn.Linear(50, 50), nn.ReLU())
`
  assert.deepEqual(found(text), ["`middle` has 2,550 parameters, its budget is 1k"])
})

test("JavaScript's comments state budgets too", () => {
  const text = (limit: string) => `import * as tf from "@tensorflow/tfjs"
// layerscope: max-params ${limit}
const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3] })] })
`
  assert.deepEqual(found(text("15"), "javascript"), ["`model` has 16 parameters, its budget is 15"])
  assert.deepEqual(found(text("16"), "javascript"), [])
})

test("numbers are read with units, separators and fractions; the rest is told", () => {
  const most = (text: string) => {
    const read = readBudget({ text: ` layerscope: ${text}` })
    return Array.isArray(read) ? read.map(({ measure, most }) => `${measure} ${most}`) : read
  }
  assert.deepEqual(most("max-params 5M, max-macs 1.5G"), ["params 5000000", "macs 1500000000"])
  assert.deepEqual(most("max-params: 1_000 max-params 2,500,000"), ["params 1000", "params 2500000"])
  assert.equal(most("max-params five"), "max-params five")
  assert.equal(most("max-flops 1G"), "max-flops 1G")
  assert.equal(most("input (1, 3)"), undefined)
})
