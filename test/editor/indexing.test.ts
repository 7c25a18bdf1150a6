// Files that nobody has open are looked at in a thread of their own, while the reader asks nothing.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, mock, test } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { openAnalysis } from "../../src/editor/analysis.ts"
import type { Analyst } from "../../src/editor/analyst.ts"
import { type Indexing, openIndexing } from "../../src/editor/indexing.ts"
import type { FileModels, QuestionKind } from "../../src/editor/protocol.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)
const example = (name: string): string => readFileSync(new URL(name, EXAMPLES), "utf8")

const WANTED = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) }

const SETTINGS = {
  folders: [],
  importPaths: [],
  timeLimit: 2,
  showsLenses: true,
  showsHints: true,
  theme: "dark",
  levels: {},
  hasPanel: true,
} as const

/** The analysis in this thread. `before` is called before each question is answered. */
function analystHere(before: (kind: QuestionKind) => void = () => {}): Analyst {
  const flags = new Int32Array(1024)
  const answers = openAnalysis(flags)
  return {
    async ask(kind, question) {
      await new Promise((resolve) => setImmediate(resolve))
      before(kind)
      return answers[kind](question as never) as never
    },
    ticket: (slot) => Atomics.add(flags, slot, 1) + 1,
    stop() {},
  }
}

/** Its thread ends with the tests. */
function opened(background: () => Analyst = analystHere): Indexing {
  const indexing = openIndexing(analystHere(), background)
  after(() => indexing.analyst.stop())
  return indexing
}

async function modelsIn(name: string, text = example(name)): Promise<FileModels> {
  const found = await opened().models(`file:///project/${name}`, text, WANTED)
  assert.ok(found, name)
  return found
}

test("rows say what a model costs, where it begins, and how its input was found", async () => {
  const { rows, imports, isCutOff } = await modelsIn("lenet5.py")
  assert.equal(rows.length, 1)
  const [row] = rows
  assert.ok(row)
  assert.equal(row.name, "LeNet5")
  assert.deepEqual(row.parameters, { size: 61_706, text: "61,706" })
  assert.deepEqual(row.macs, { size: 416_520, text: "416,520" })
  assert.equal(row.weights.size, 61_706 * 4)
  assert.equal(row.memory.size, Number(row.weights.size) + Number(row.peak.size))
  assert.match(example("lenet5.py").split("\n")[row.at.line] ?? "", /^class LeNet5/)
  assert.equal(row.input, "(1, 1, 32, 32)")
  assert.equal(row.origin, "stated")
  assert.deepEqual([imports, isCutOff, row.gaps], [[], false, []])
})

test("a count that nobody knows has a reason and no number", async () => {
  const { rows } = await modelsIn(
    "hidden.py",
    "import torch.nn as nn\nimport sys\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(10, int(sys.argv[1]))\n    def forward(self, x):\n        return self.fc(x)\n",
  )
  assert.equal(rows[0]?.parameters.size, null)
  assert.equal(rows[0]?.parameters.text, "?")
  assert.deepEqual(rows[0]?.gaps, ["it is given when the program starts"])
  assert.equal(rows[0]?.coverage, "0 of 2 layers, 0 of 1 operators known")
})

test("several models of one class are told apart by their number", async () => {
  const { rows } = await modelsIn(
    "two.py",
    "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self, width):\n        super().__init__()\n        self.fc = nn.Linear(10, width)\n    def forward(self, x):\n        return self.fc(x)\na = Net(1)\nb = Net(2)\n",
  )
  assert.deepEqual(
    rows.map(({ at, ordinal, parameters }) => [at.line, ordinal, parameters.size]),
    [
      [1, 0, 11],
      [1, 1, 22],
    ],
  )
})

test("a notebook's models stand in its cells", async () => {
  const { rows } = await modelsIn("notebook.ipynb")
  const { cells } = JSON.parse(example("notebook.ipynb")) as { cells: { source: string[] | string }[] }
  for (const { cell, at, class: made } of rows) {
    const lines = [cells[cell ?? -1]?.source ?? []].flat().join("").split("\n")
    assert.match(lines[at.line] ?? "", new RegExp(`class ${made}\\b|=`))
  }
  assert.notEqual(rows.length, 0)
})

test("JavaScript counts as well", async () => {
  const { rows } = await modelsIn("sequential_tfjs.js")
  assert.equal(rows[0]?.framework, "tfjs")
  assert.equal(typeof rows[0]?.parameters.size, "number")
})

test("models that are imported are rows of their own files, which are named", async () => {
  const folder = fileURLToPath(EXAMPLES).replace(/\/$/, "")
  const { analyst, models } = opened()
  await analyst.ask("settings", { ...SETTINGS, folders: [folder] })
  const found = await models(`file://${folder}/train.py`, "from lenet5 import LeNet5\nmodel = LeNet5()\n", WANTED)
  assert.deepEqual(found?.imports, [`file://${folder}/lenet5.py`])
  assert.deepEqual(
    found?.rows.map(({ name, at }) => [name, at.line]),
    [["model", 1]],
  )
})

test("whatever the reader asks comes first: the look is given up and taken again", async () => {
  let looks = 0
  const background = analystHere((kind) => {
    // The reader types just as the thread comes to it.
    if (kind === "models" && looks++ === 0) indexing.analyst.ticket(0)
  })
  const indexing = opened(() => background)
  const start = performance.now()
  const found = await indexing.models("file:///project/lenet5.py", example("lenet5.py"), WANTED)
  assert.equal(found?.rows[0]?.parameters.size, 61_706)
  assert.equal(looks, 2)
  assert.ok(performance.now() - start > 350, "it did not wait until the reader was away")
})

test("a look that is not wanted any more ends", async () => {
  let stop = () => {}
  const cancellation = {
    isCancellationRequested: false,
    onCancellationRequested(listener: () => void) {
      stop = listener
      return { dispose() {} }
    },
  }
  const background = analystHere((kind) => {
    if (kind !== "models") return
    cancellation.isCancellationRequested = true
    stop()
  })
  const indexing = opened(() => background)
  assert.equal(await indexing.models("file:///project/lenet5.py", example("lenet5.py"), cancellation), undefined)
})

test("the thread is told of settings and changes, and ends when nothing is asked of it any more", async () => {
  const told: string[] = []
  const background = { ...analystHere((kind) => told.push(kind)), stop: () => told.push("stop") }
  const { analyst, models } = opened(() => background)
  await analyst.ask("settings", SETTINGS)
  await sleep(450)
  mock.timers.enable({ apis: ["setTimeout"] })
  await models("file:///project/empty.py", "", WANTED)
  await analyst.ask("changed", { paths: ["/project/empty.py"] })
  mock.timers.tick(20_000)
  mock.timers.reset()
  assert.deepEqual(told, ["settings", "models", "changed", "stop"])
})

test("files of other languages, and notebooks that are none, are not looked at", async () => {
  const { models } = opened(() => assert.fail("no thread is needed"))
  assert.equal(await models("file:///project/readme.md", "# Net", WANTED), undefined)
  assert.equal(await models("file:///project/broken.ipynb", "{", WANTED), undefined)
})
