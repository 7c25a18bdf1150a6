// Classes that nobody calls: what is said of them holds for every call.
import assert from "node:assert/strict"
import { test } from "node:test"
import { severityOf } from "../../src/facts/problems.ts"
import { analyzed, TORCH } from "./reading.ts"

/** What is said of a layer whose constructor passes things on. */
const problemsOf = (signature: string, layer: string): string[] =>
  analyzed(`${TORCH}
class Block(nn.Module):
    def __init__(self, ${signature}):
        super().__init__()
        self.layer = ${layer}

    def forward(self, x):
        return self.layer(x)
`).problems.map(({ message }) => message)

test("`**kwargs` and `*args` may hold what is missing", () => {
  assert.deepEqual(problemsOf("in_channels, out_channels, **kwargs", "nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)"), [])
  assert.deepEqual(problemsOf("in_channels, *args", "nn.Conv2d(in_channels, *args)"), [])
  assert.deepEqual(problemsOf("**options", "nn.Linear(options['in'], options['out'])"), [])
})

test("without them it is missing for certain", () => {
  const [message, ...others] = problemsOf("in_channels, out_channels", "nn.Conv2d(in_channels, out_channels)")
  assert.match(message ?? "", /misses the argument kernel_size/)
  assert.deepEqual(others, [])
})

test("where nothing is missing, they hold nothing", () => {
  const [model] = analyzed(`${TORCH}
class Head(nn.Module):
    def __init__(self, width=4, **kwargs):
        super().__init__()
        self.layer = nn.Linear(width, 2, **kwargs)

    def forward(self, x):
        return self.layer(x)
`).models
  assert.equal(model?.parameters.total, 10)
})

test("a constructor that is a layer's own may be given anything", () => {
  const { problems } = analyzed(`${TORCH}
class GroupNorm32(nn.GroupNorm):
    def forward(self, x):
        return super().forward(x.float()).type(x.dtype)
`)
  assert.deepEqual(problems, [])
})

test("a problem has to be one for every rank that the code can run on", () => {
  const program = (statement: string) =>
    analyzed(`${TORCH}
class Positions(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.layer = nn.Linear(8, 8)
        self.other = nn.Linear(dim, 8)
        self.narrow = nn.Linear(4, 2)

    def forward(self, data):
        batch, *axes, _ = data.shape
        data = self.layer(data)
        ${statement}
        return data, positions, self.other(mystery(data))
`)
      .problems.filter((problem) => severityOf(problem) !== "hint")
      .map(({ code }) => code)
  assert.deepEqual(program("positions = torch.stack([torch.linspace(-1, 1, size) for size in axes])"), [])
  assert.deepEqual(program("positions = self.narrow(data)"), ["feature-mismatch"])
})

test("who makes a list of modules says what it holds", () => {
  const { models, problems } = analyzed(`${TORCH}
class Ensemble(nn.ModuleList):
    def forward(self, x):
        return torch.cat([module(x) for module in self], 1)
`)
  assert.deepEqual(problems, [])
  assert.equal(models[0]?.parameters.total, undefined)
})

test("code that needs another rank than was tried is not blamed", () => {
  const { problems } = analyzed(`${TORCH}
from einops import rearrange
class Windows(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.layer = nn.Linear(dim, dim)
    def forward(self, x):
        batch, height, width, rows, columns, _, device, heads = *x.shape, x.device, self.heads
        return rearrange(self.layer(x), "b x y w1 w2 d -> (b x y) (w1 w2) d")
`)
  assert.deepEqual(problems, [])
})

test("a forward of any arguments is called with some", () => {
  const { problems } = analyzed(`${TORCH}
class Scale(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.inner = scale, nn.Identity()
    def forward(self, *args, **kwargs):
        return self.inner(*args, **kwargs) * self.scale
`)
  assert.deepEqual(problems, [])
})
