// The command line is a contract that other programs read: shapes of the JSON, exit statuses, messages on stderr.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import type { Summary } from "../../src/facts/summary.ts"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "layerscope-"))

function layerscope(...args: string[]) {
  const run = spawnSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], { cwd: REPOSITORY, encoding: "utf8" })
  return { status: run.status, output: run.stdout, error: run.stderr }
}

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const summary = (...args: string[]): Summary => JSON.parse(layerscope("summary", ...args, "--format", "json").output) as Summary

test("summary --format json has the fields of the contract", () => {
  const { version, models, problems } = summary("media/examples/lenet5.py")
  assert.equal(version, 1)
  assert.deepEqual(problems, [])
  const [model] = models
  assert.ok(model)
  assert.equal(model.class, "LeNet5")
  assert.deepEqual(model.parameters, { total: 61706, trainable: 61706, buffers: 0 })
  assert.equal(model.macs, 416520)
  const source = { file: "media/examples/lenet5.py", span: { start: { line: 29, character: 11 }, end: { line: 29, character: 24 } } }
  assert.deepEqual(model.inputs, [{ shape: [1, 1, 32, 32], dtype: "float32", origin: "stated", source }])
  assert.deepEqual(model.outputs, [{ shape: [1, 10], dtype: "float32" }])
  assert.deepEqual(
    model.layers.map(({ path }) => path),
    ["", "conv1", "conv2", "fc1", "fc2", "fc3"],
  )
  assert.deepEqual(model.layers[1]?.output, [1, 6, 28, 28])
  assert.ok(model.span.start.line > 1 && model.span.start.character >= 1)
})

test("rows sum to the totals", () => {
  for (const { layers, macs, parameters } of summary("media/examples/resnet.py").models) {
    if (typeof macs !== "number") continue
    assert.equal(
      layers.reduce((sum, layer) => sum + Number(layer.macs), 0),
      macs,
    )
    assert.equal(
      layers.reduce((sum, layer) => sum + Number(layer.parameters), 0),
      parameters.total,
    )
  }
})

test("an entry is evaluated at the end of the file, on stated inputs", () => {
  const { models } = summary("media/examples/vgg.py", "--entry", "VGG(num_classes=7)", "--input", "2,3,64,64")
  assert.deepEqual(models[0]?.outputs, [{ shape: [2, 7], dtype: "float32" }])
  assert.equal(models[0]?.inputs[0]?.origin, "stated")
})

test("sizes nobody states are names; the batch is N", () => {
  const path = file(
    "mlp.py",
    "import torch.nn as nn\nclass Mlp(nn.Module):\n    def __init__(self, dim):\n        super().__init__()\n        self.fc = nn.Linear(dim, 4 * dim)\n    def forward(self, x):\n        return self.fc(x)\n",
  )
  const [model] = summary(path).models
  assert.equal(model?.parameters.total, "4*dim*dim+4*dim")
  assert.deepEqual(model?.outputs[0]?.shape, ["N", "4*dim"])
})

test("a batch answers one line a job, in order, also for jobs that fail", () => {
  const jobs = file(
    "jobs.jsonl",
    [
      { id: "a", file: "media/examples/lenet5.py", entry: "LeNet5()", inputs: ["3,1,32,32"] },
      { id: "b", file: "missing.py" },
      { id: "c", file: "media/examples/vae.py" },
    ]
      .map((job) => JSON.stringify(job))
      .join("\n"),
  )
  const lines = layerscope("summary", "--batch", jobs)
    .output.trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Summary & { id: string; error?: string })
  assert.deepEqual(
    lines.map(({ id }) => id),
    ["a", "b", "c"],
  )
  assert.equal(lines[0]?.models[0]?.macs, 3 * 416520)
  assert.match(lines[1]?.error ?? "", /no such file/)
  assert.ok((lines[2]?.models.length ?? 0) > 0)
})

test("a job's inputs may be nested, go by name, or be no tensors", () => {
  const model = file(
    "nested.py",
    `import torch
import torch.nn as nn
class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(4, 8)
    def forward(self, x, state, features=None, returns_all=False):
        y, (h, c) = self.lstm(x, state)
        return (y, features["mask"]) if returns_all else h
`,
  )
  const state = ["1,2,8", "1,2,8"]
  const run = (job: object): Summary & { error?: string } => {
    const jobs = file("nested.jsonl", JSON.stringify({ id: 1, file: model, entry: "Recurrent()", ...job }))
    return JSON.parse(layerscope("summary", "--batch", jobs).output)
  }
  const shapes = (job: object) => run(job).models[0]?.outputs.map(({ shape }) => shape)
  assert.deepEqual(shapes({ inputs: ["5,2,4", state] }), [[1, 2, 8]])
  assert.deepEqual(shapes({ inputs: ["5,2,4", state, { mask: "2,16:bool" }, true] }), [
    [5, 2, 8],
    [2, 16],
  ])
  assert.deepEqual(shapes({ inputs: ["5,2,4"], keywords: { state, features: null } }), [[1, 2, 8]])
  assert.match(run({ inputs: [["1,three"]] }).error ?? "", /is no input/)
  assert.match(run({ keywords: ["1,3"] }).error ?? "", /keywords are an object/)
})

test("a mismatch gives status 1, the line, and what was expected", () => {
  const path = file("wrong.py", "import torch\nimport torch.nn as nn\nx = torch.zeros(1, 3, 8, 8)\nconv = nn.Conv2d(4, 8, 3)\nconv(x)\n")
  const { status, output } = layerscope("check", path)
  assert.equal(status, 1)
  assert.match(output, /wrong\.py:5:1: error: Conv2d.* expects 4 channels, got 3 \[channel-mismatch\]/)
  const sarif = JSON.parse(layerscope("check", path, "--format", "sarif").output)
  assert.equal(sarif.version, "2.1.0")
  assert.equal(sarif.runs[0].results[0].locations[0].physicalLocation.region.startLine, 5)
})

test("what cannot be read gives status 2 and one line that says how to mend it", () => {
  const cases: [string[], RegExp][] = [
    [["summary", "missing.py"], /no such file/],
    [["summary", file("binary.py", Buffer.from([0, 1, 2, 0]))], /is binary/],
    [["summary", file("big.py", Buffer.alloc(6_000_000, 97))], /more than the 5 MB/],
    [["summary", "media/examples/lenet5.py", "--input", "1,x"], /is no input; write sizes/],
    [["summary", "media/examples/lenet5.py", "--entry", "LeNet5("], /is no expression/],
    [["summary", "media/examples/lenet5.py", "--nonsense"], /--nonsense/],
    [["summarise"], /unknown command/],
    [["summary"], /name a file/],
  ]
  for (const [args, message] of cases) {
    const { status, error } = layerscope(...args)
    assert.equal(status, 2, args.join(" "))
    assert.match(error, message)
    assert.equal(error.trim().split("\n").length, 1, error)
  }
})

test("a statement that was not run to its end is told where no model is found", () => {
  const path = file("without-data.py", "import torch\n\ndata = torch.zeros(2, 3)\nraise ValueError('no data')\n")
  const { output } = layerscope("summary", path)
  assert.match(output, /no model found\n\? ValueError.*\(.*without-data\.py:4\)/)
  assert.equal(summary(path).unknowns[0]?.span?.start.line, 4)
})
