// The Models view without its view: which files are looked at, in which order models stand, what is exported.
import assert from "node:assert/strict"
import { test } from "node:test"
import type { Amount } from "../../src/facts/model-rows.ts"
import { csvOf, markdownOf } from "../../src/editor/model-export.ts"
import { type Entry, findFiles, isLookedAt, mayHoldModels } from "../../src/editor/model-files.ts"
import { openModelIndex, type Sources } from "../../src/editor/model-index.ts"
import { brief, briefBytes, listed, type Order } from "../../src/editor/model-list.ts"
import type { FileModels, PlacedRow } from "../../src/editor/protocol.ts"

const amount = (size: number | string | null, text = size === null ? "?" : String(size)): Amount => ({ size, text })

function row(name: string, counts: Partial<Record<"parameters" | "macs" | "memory", Amount>> = {}, line = 0): PlacedRow {
  return {
    name,
    class: "Net",
    framework: "torch",
    at: { line, character: 0 },
    ordinal: 0,
    parameters: counts.parameters ?? amount(1),
    macs: counts.macs ?? amount(1),
    weights: amount(4),
    peak: amount(8),
    memory: counts.memory ?? amount(12),
    input: "(1, 3)",
    output: "(1, 2)",
    origin: "stated",
    gaps: [],
    coverage: undefined,
  }
}

const fileOf = (...rows: PlacedRow[]): FileModels => ({ rows, imports: [], isCutOff: false, isPending: false })

const FILES = new Map([
  [
    "b.py",
    fileOf(
      row("net10", { parameters: amount(5e6), macs: amount(null), memory: amount(2e9) }, 3),
      row("net9", { parameters: amount("9*n", "9·n") }, 1),
    ),
  ],
  ["a.py", fileOf(row("Big", { parameters: amount("90071992547409930"), macs: amount(4e9), memory: amount(null) }))],
])
const names = (order: Order, filter = ""): string[] => listed(FILES, (uri) => uri, order, filter).map(({ row: { name } }) => name)

test("numbers stand with the largest first; formulas and what nobody knows stand last", () => {
  assert.deepEqual(names("parameters"), ["Big", "net10", "net9"])
  assert.deepEqual(names("macs"), ["Big", "net9", "net10"])
  assert.deepEqual(names("memory"), ["net10", "net9", "Big"])
})

test("names are sorted as people count, files line by line", () => {
  assert.deepEqual(names("name"), ["Big", "net9", "net10"])
  assert.deepEqual(names("file"), ["Big", "net9", "net10"])
})

test("a filter wants every word, and compares where it says so; what is not known is neither more nor less", () => {
  assert.deepEqual(names("name", "NET b.py"), ["net9", "net10"])
  assert.deepEqual(names("name", "params>1M"), ["Big", "net10"])
  assert.deepEqual(names("name", "params > 1M memory<=2GB"), ["net10"])
  assert.deepEqual(names("name", "params<=1B"), ["net10"])
  assert.deepEqual(names("name", "macs<1"), [])
  assert.deepEqual(names("name", "params>"), [])
})

test("numbers in the list are short, formulas are cut", () => {
  assert.deepEqual(
    [0, 999, 61_706, 138_357_544, 15.5e9].map((size) => brief(amount(size))),
    ["0", "999", "61.7k", "138M", "15.5G"],
  )
  assert.equal(brief(amount(null)), "?")
  assert.equal(brief(amount("9*n", "9·n + 64")), "9·n + 64")
  assert.equal(brief(amount("…", "9·in_channels·out_channels + 64")), "9·in_channels·o…")
  assert.deepEqual([brief(amount(9_996)), brief(amount(1_234))], ["10.0k", "1.23k"])
  assert.deepEqual(
    [246_824, 512, 2e9].map((size) => briefBytes(amount(size, "512 B"))),
    ["247 kB", "512 B", "2.00 GB"],
  )
})

const EXPORTED = listed(
  new Map([["dir/a|b.py", fileOf({ ...row('=Net("x")', { parameters: amount(61_706), macs: amount(null) }), gaps: ["a, b"] })]]),
  (uri) => uri,
  "name",
  "",
)

test("CSV is exact, quoted, and runs nothing", () => {
  const [head, line, end] = csvOf(EXPORTED).split("\n")
  assert.equal(
    head,
    "model,class,framework,file,cell,line,parameters,MACs,weights in bytes,inference peak in bytes,input,input is,output,not known",
  )
  assert.equal(line, `"'=Net(""x"")",Net,torch,dir/a|b.py,,1,61706,,4,8,"(1, 3)",stated,"(1, 2)","a, b"`)
  assert.equal(end, "")
})

test("a Markdown table leaves out what is empty everywhere and escapes the rest", () => {
  const [head, rule, line] = markdownOf(EXPORTED).split("\n")
  assert.equal(
    head,
    "| model | class | framework | file | line | parameters | weights in bytes | inference peak in bytes | input | input is | output | not known |",
  )
  assert.equal(rule?.split("|").length, head?.split("|").length)
  assert.equal(line, '| =Net("x") | Net | torch | dir/a\\|b.py | 1 | 61,706 | 4 | 8 | (1, 3) | stated | (1, 2) | a, b |')
})

/** A tree of folders; a text is a file. */
interface Tree {
  readonly [name: string]: Tree | string
}

function reader(tree: Tree): (uri: string) => Promise<Entry[]> {
  return async (uri) => {
    const folder = uri
      .split("/")
      .slice(1)
      .reduce<Tree | string | undefined>((at, name) => (typeof at === "object" ? at[decodeURIComponent(name)] : undefined), tree)
    if (typeof folder !== "object") throw new Error("no folder")
    return Object.entries(folder).map(([name, content]) => [name, typeof content === "string" ? "file" : "folder"])
  }
}

const TREE: Tree = {
  "app.ts": "",
  "types.d.ts": "",
  "bundle.min.js": "",
  "read me.md": "",
  ".venv": { "x.py": "" },
  node_modules: { tf: { "index.js": "" } },
  conda: { "pyvenv.cfg": "", lib: { "torch.py": "" } },
  data: { "generated.py": "" },
  models: { "a b.py": "", deep: { "c.ipynb": "", "d.py": "" } },
}

test("the walk finds Python first, and leaves out packages, environments, hidden folders and what files.exclude names", async () => {
  const found = await findFiles([{ uri: "root", excluded: ["**/data", "**/*.{md,txt}"] }], reader(TREE), () => false)
  assert.deepEqual(found, ["root/models/a%20b.py", "root/models/deep/d.py", "root/models/deep/c.ipynb", "root/app.ts"])
})

test("a walk that is stopped ends, and a folder that cannot be read is empty", async () => {
  assert.deepEqual(await findFiles([{ uri: "root", excluded: [] }], reader(TREE), () => true), [])
  assert.deepEqual(await findFiles([{ uri: "root/nowhere", excluded: [] }], reader(TREE), () => false), [])
})

test("a single path is judged as the walk would", () => {
  assert.equal(isLookedAt("models/a.py", ["**/data"]), true)
  for (const path of ["data/a.py", "models/data/a.py", ".venv/a.py", "x/node_modules/a.js", "notes.md"])
    assert.equal(isLookedAt(path, ["**/data"]), false, path)
  assert.equal(isLookedAt("a/b.py", ["b.py"]), true)
  assert.equal(isLookedAt("b.py", ["b.py", "[unclosed"]), false)
})

test("files that name nothing of models are not analysed", () => {
  assert.equal(mayHoldModels("a.py", "import torch.nn as nn"), true)
  assert.equal(mayHoldModels("a.py", "from .base import BaseNet\nclass A(BaseNet): ..."), true)
  assert.equal(mayHoldModels("a.py", "print('hello')"), false)
  assert.equal(mayHoldModels("a.ts", "export const model = module"), false)
  assert.equal(mayHoldModels("a.ts", "import * as tf from '@tensorflow/tfjs'"), true)
})

/** A workspace of Python files, each of which holds a model of its own name. */
function sourcesOf(files: Map<string, FileModels>, limit = 100, looked: (uri: string) => unknown = () => {}): Sources {
  return {
    list: async () => [...files.keys()],
    read: async (uri) => (files.has(uri) ? "import torch" : undefined),
    models: async (uri) => {
      await looked(uri)
      return files.get(uri) ?? null
    },
    limit: () => limit,
  }
}

const models = (count: number): Map<string, FileModels> =>
  new Map(Array.from({ length: count }, (_, index) => [`${index}.py`, fileOf(row(`Net${index}`))]))

test("an index tells how far it is, and ends", async () => {
  const seen: string[] = []
  const index = openModelIndex(sourcesOf(models(3)), () =>
    seen.push(`${index.state} ${index.progress?.done ?? "-"}/${index.progress?.total ?? "-"}`),
  )
  await index.refresh()
  assert.deepEqual(seen, ["running 0/-", "running 0/3", "running 1/3", "running 2/3", "complete -/-"])
  assert.equal(index.files.size, 3)
})

test("files beyond the limit are counted, not analysed", async () => {
  const looked: string[] = []
  const index = openModelIndex(
    sourcesOf(models(5), 2, (uri) => looked.push(uri)),
    () => {},
  )
  await index.refresh()
  assert.deepEqual([looked, index.omitted], [["0.py", "1.py"], 3])
})

test("an index that is stopped keeps what it has and takes nothing more", async () => {
  const index = openModelIndex(
    sourcesOf(models(5), 100, (uri) => uri === "2.py" && index.stop()),
    () => {},
  )
  await index.refresh()
  assert.deepEqual([index.state, [...index.files.keys()]], ["stopped", ["0.py", "1.py"]])
  await index.changed("4.py")
  assert.equal(index.files.has("4.py"), false)
})

test("a file that changes is looked at again, and so are those that import it; what is deleted goes", async () => {
  const files = models(2)
  files.set("user.py", { ...fileOf(row("User")), imports: ["0.py"] })
  const looked: string[] = []
  const index = openModelIndex(
    sourcesOf(files, 100, (uri) => looked.push(uri)),
    () => {},
  )
  await index.refresh()
  looked.length = 0
  await index.changed("0.py")
  assert.deepEqual(looked, ["0.py", "user.py"])
  files.set("new.py", fileOf(row("New")))
  await index.changed("new.py")
  assert.equal(index.files.get("new.py")?.rows[0]?.name, "New")
  files.delete("1.py")
  await index.deleted("1.py")
  assert.deepEqual([...index.files.keys()].sort(), ["0.py", "new.py", "user.py"])
})

test("a file that changes while it is looked at is looked at again", async () => {
  let times = 0
  const index = openModelIndex(
    sourcesOf(models(1), 100, (uri) => times++ === 0 && index.changed(uri)),
    () => {},
  )
  await index.refresh()
  assert.equal(times, 2)
})

test("a second search takes the place of the first", async () => {
  const index = openModelIndex(sourcesOf(models(4)), () => {})
  await Promise.all([index.refresh(), index.refresh()])
  assert.deepEqual([index.state, index.files.size, index.progress], ["complete", 4, undefined])
})
