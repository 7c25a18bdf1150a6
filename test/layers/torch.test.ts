/** How layers of torch hold their parts and read their inputs, by the smallest programs that show it. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { summaryOf } from "../../src/facts/summary.ts"
import { catalogueValue } from "../../src/layers/catalogue.ts"
import { parametersOf } from "../../src/layers/signature.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const HEADER =
  "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nfrom einops import rearrange\nfrom einops.layers.torch import Rearrange\n"

function summaryOfProgram(program: string) {
  const file = sourceFile("file:///model.py", "python", HEADER + program)
  const budget = { fuel: 1_000_000, cancelled: () => false }
  return summaryOf(analyze(file, "/model.py", memoryHost({ "/model.py": file.text }), { budget } as Parameters<typeof analyze>[3]))
}

const messages = (program: string) =>
  summaryOfProgram(program)
    .problems.filter(({ severity }) => severity !== "hint")
    .map(({ message }) => message)
const parametersIn = (program: string) => summaryOfProgram(program).models[0]?.parameters.total
const outputsIn = (program: string) => summaryOfProgram(program).models[0]?.outputs.map(({ shape }) => shape)

const { nn } = JSON.parse(readFileSync(new URL("../oracle/torch_signatures.json", import.meta.url), "utf8")) as {
  nn: Record<string, string>
}

test("constructors have the signatures that torch has", () => {
  const names = (signature: string) => parametersOf(signature).map(({ name, kind }) => `${kind === "rest" ? "*" : ""}${name}`)
  const defaults = (signature: string) =>
    parametersOf(signature).map(({ text }) =>
      text === undefined || !Number.isNaN(Number(text)) ? String(Number(text)) : text.replace(/'relu'/, "relu"),
    )
  let count = 0
  for (const [name, signature] of Object.entries(nn)) {
    const cls = catalogueValue(`torch.nn.${name}`)
    if (cls?.kind !== "class" || !cls.layer) continue
    count++
    assert.deepEqual(names(cls.layer.signature), names(signature), name)
    if (signature !== "*args, **kwargs") assert.deepEqual(defaults(cls.layer.signature), defaults(signature), name)
  }
  assert(count > 140, `${count} of ${Object.keys(nn).length} layers are known`)
})

test("weights are frozen one by one, through the module, or by assignment", () => {
  const trainable = (statement: string) =>
    summaryOfProgram(`model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 4))\n${statement}\nmodel(torch.zeros(1, 2))\n`).models[0]
      ?.parameters.trainable
  assert.equal(trainable("pass"), 25)
  assert.equal(trainable("model[0].weight.requires_grad_(False)"), 19)
  assert.equal(trainable("model[0].weight.requires_grad_(False).requires_grad_()"), 25)
  assert.equal(trainable("for name, weight in model.named_parameters():\n    if name.startswith('0'): weight.requires_grad_(False)"), 16)
  assert.equal(trainable("for weight in model.parameters(): weight.requires_grad = False"), 0)
  assert.equal(trainable("model[1].requires_grad_(False)"), 9)
})

test("what a layer computes is unknown when the run stops before it", () => {
  const { models } = summaryOfProgram(`
# layerscope: input (1, 2)
class Stopping(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(2, 3)
        self.second = nn.Linear(3, 4)
    def forward(self, x):
        return self.second(undefined_name(self.first(x)))
model = Stopping()
`)
  assert.equal(models[0]?.macs, null)
  const macs = Object.fromEntries(models[0]?.layers.map((layer) => [layer.path, layer.macs]) ?? [])
  assert.deepEqual([macs["first"], macs["second"]], [6, null])
})

test("a subclass of a layer uses the weights it inherits", () => {
  const program = `
class Scaled(nn.Linear):
    def __init__(self):
        super().__init__(8, 4, bias=False)
        self.scale = nn.Parameter(torch.ones(1))
    def forward(self, x):
        return F.linear(x, self.weight * self.scale)
model = Scaled()
model(torch.zeros(2, 8))
`
  assert.equal(parametersIn(program), 33)
  assert.deepEqual(outputsIn(program), [[2, 4]])
})

test("a shared weight is counted once", () => {
  const program = `
class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(100, 16)
        self.head = nn.Linear(16, 100, bias=False)
        self.head.weight = self.embed.weight
    def forward(self, x):
        return self.head(self.embed(x))
model = Tied()
model(torch.zeros(2, 5, dtype=torch.long))
`
  assert.equal(parametersIn(program), 1600)
})

test("lists of parameters may hold lists of parameters", () => {
  const program = `
class Lists(nn.Module):
    def __init__(self):
        super().__init__()
        self.scales = nn.ParameterList([nn.ParameterList([nn.Parameter(torch.ones(3)) for _ in range(2)]) for _ in range(4)])
    def forward(self, x):
        return x
model = Lists()
model(torch.zeros(1))
`
  assert.equal(parametersIn(program), 24)
})

test("weight normalisation has the parameters torch gives it", () => {
  assert.equal(parametersIn("model = nn.Sequential(nn.utils.weight_norm(nn.Linear(10, 20)))\nmodel(torch.zeros(3, 10))\n"), 240)
})

test("a Linear layer says nothing about how many axes its input has", () => {
  const program = `
class Block(nn.Module):
    def __init__(self, dim=64):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.mix = nn.Linear(dim, dim)
    def forward(self, x):
        return self.mix(self.norm(x)).permute(0, 3, 1, 2)
`
  assert.deepEqual(messages(program), [])
  assert.equal(outputsIn(program)?.[0]?.length, 4)
})

test("what fails for every number of axes is told", () => {
  const program = `
class Wrong(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Linear(8, 16)
        self.other = nn.Linear(8, 4)
    def forward(self, x):
        return self.other(self.one(x))
`
  assert.deepEqual(messages(program), ["Linear `other` expects 8 features, got 16"])
})

test("missing and strange arguments are told where the layer is made", () => {
  assert.deepEqual(messages("layer = nn.Conv2d(8, 6)\n"), ["Conv2d misses the argument kernel_size"])
  assert.deepEqual(messages("layer = nn.Conv2d(8, 6, 3, channels=2)\n"), ["Conv2d has no argument channels"])
  assert.deepEqual(messages("layers = nn.Sequential(nn.Linear(2, 2), nn.ReLU)\n"), [
    "a container takes modules, got a class, ReLU, that is not called",
  ])
})

test("nothing is told of arguments that may be there", () => {
  assert.deepEqual(messages("def make(*args, **options):\n    return nn.Conv2d(*args, **options)\nlayer = make(3, 4, 5)\n"), [])
})

test("einops rearranges, and merges what an ellipsis in brackets stands for", () => {
  const program = `
class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = Rearrange("b c (h p) (w q) -> b (h w) (p q c)", p=4, q=4)
    def forward(self, x):
        x = self.patches(x)
        return rearrange(x, "b n (h d) -> b h n d", h=3), rearrange(x, "b ... -> b (...)")
model = Heads()
model(torch.zeros(2, 3, 32, 32))
`
  assert.deepEqual(outputsIn(program), [
    [2, 3, 64, 16],
    [2, 3072],
  ])
  assert.deepEqual(messages("rearrange(torch.zeros(2, 10), 'b (h d) -> b h d', h=3)\n").length, 1)
})

test("distinct elements of small constants are counted", () => {
  const program = `
widths = torch.tensor([48, 24, 24, 56])
stages = torch.unique(widths)
runs, counts = torch.unique_consecutive(torch.tensor([2, 2, 2, 5, 2]), return_counts=True)
model = nn.Sequential(nn.Linear(len(stages), stages.tolist()[0]), nn.Linear(24, stages.tolist()[-1]), nn.Linear(56, len(counts)))
model(torch.zeros(1, 3))
`
  assert.equal(parametersIn(program), 3 * 24 + 24 + 24 * 56 + 56 + 56 * 3 + 3)
})

test("differences and orders of small constants are computed", () => {
  const program = `
depths = torch.diff(torch.tensor([0, 1, 4, 9])).int().tolist()
widths = torch.sort(torch.tensor([24, 8, 16]), descending=True)[0].tolist()
second = torch.diff(torch.tensor([0, 1, 4, 9]), n=2).tolist()
model = nn.Sequential(*[nn.Linear(a, a) for a in depths], *[nn.Linear(b, b) for b in widths], nn.Linear(len(second), second[0]))
`
  assert.equal(
    parametersIn(program),
    [1, 3, 5, 24, 16, 8, 2].reduce((sum, size) => sum + size * size + size, 0),
  )
})

test("small constants keep their elements", () => {
  const program = `
rates = [x.item() for x in torch.linspace(0, 0.5, 6)]
widths = [int(w) for w in torch.arange(2, 8, 2) * 4]
model = nn.Sequential(*[nn.Linear(a, b) for a, b in zip(widths, widths[1:])], nn.Dropout(rates[-1]))
model(torch.zeros(1, 8))
`
  assert.equal(parametersIn(program), 8 * 16 + 16 + 16 * 24 + 24)
})

test("what is registered under a name, or at a place, that is not known makes totals unknown, never smaller", () => {
  const made = (statements: string) =>
    parametersIn(`
from elsewhere import thing, many
class Net(nn.Module):
    def __init__(self, depth=thing):
        super().__init__()
        self.list = nn.ModuleList([nn.Linear(2, 3)])
        self.map = nn.ModuleDict()
${statements.replace(/^/gm, "        ")}
model = Net()
`)
  for (const statement of [
    "self.list.insert(thing, nn.Linear(3, 4))",
    "self.list[thing] = nn.Linear(3, 4)",
    "self.list.extend(many)",
    "self.map[thing] = nn.Linear(3, 4)",
    "self.map.update(many)",
    "del self.list[thing]",
    "self.list.pop(thing)",
    "for index in range(depth): self.add_module('layer%d' % index, nn.Linear(3, 4))",
    "for index in range(depth): setattr(self, f'layer{index}', nn.Linear(3, 4))",
  ])
    assert.equal(made(statement), null, statement)
  // Once and for certain, it is counted.
  assert.equal(made("self.add_module(thing, nn.Linear(3, 4))"), 9 + 16)
  assert.equal(made("setattr(self, thing, nn.Linear(3, 4))"), 9 + 16)
})

test("what a module does in `train(False)` is done in the model that is shown: it is the model in use", () => {
  const program = (use: string) => `
class Biased(nn.Module):
    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(4, 9))
        self.body = nn.Linear(8, 4)
    @torch.no_grad()
    def train(self, mode=True):
        super().train(mode)
        self.body.weight.requires_grad = False
        if mode and hasattr(self, "table"):
            del self.table
        else:
            self.table = self.bias[:, [0, 1]]
    def forward(self, x):
        return self.body(x) @ (self.bias[:, :2] if self.training else self.table)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = nn.Sequential(Biased())
    def forward(self, x):
        return self.part(x)
${use}`
  for (const use of ["", "net = Net()\nnet.eval()\nnet(torch.randn(5, 8))", "net = Net().train(False)\nnet(torch.randn(5, 8))"]) {
    const { models, problems } = summaryOfProgram(program(use))
    assert.deepEqual(problems, [], use)
    const [model] = models
    assert.deepEqual(model?.outputs[0]?.shape?.at(-1), 2, use)
    assert.deepEqual([model?.parameters.total, model?.parameters.trainable], [36 + 36, 36 + 4], use)
  }
})
