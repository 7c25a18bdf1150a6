// Classes that nobody calls: what is said of them holds for every call.
import assert from "node:assert/strict"
import { test } from "node:test"
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
