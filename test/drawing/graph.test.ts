/** Whole models as pictures: what is open, what repeats, and what leaves the page in other forms. */
import assert from "node:assert/strict"
import { test } from "node:test"
import ELK from "elkjs/lib/main.js"
import { drawGraph } from "../../src/drawing/graph/draw-graph.ts"
import { asCsv, asLatex, asMermaid } from "../../src/drawing/graph/export.ts"
import type { ModelGraph } from "../../src/drawing/graph/graph.ts"
import { type ElkNode, planOf, questionOf } from "../../src/drawing/graph/plan.ts"
import { allOpen, ancestorsOf, openAtFirst, visiblePart } from "../../src/drawing/graph/visible.ts"
import { ALONE } from "../../src/drawing/palette.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { compared } from "../../src/facts/compare.ts"
import { graphOf } from "../../src/facts/graph.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

const code = (depth: number, width: number): string => `import torch
import torch.nn as nn
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(${width}, ${width})
        self.norm = nn.LayerNorm(${width})
    def forward(self, x):
        return x + self.norm(self.fc(x)).relu()
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.Sequential(*[Block() for _ in range(${depth})])
        self.head = nn.Linear(${width}, 10)
    def forward(self, x):
        return self.head(self.blocks(x))
model = Net()
model(torch.randn(2, ${width}))
`

function graph(depth = 6, width = 32): ModelGraph {
  const file = sourceFile("file:///net.py", "python", code(depth, width))
  const { models } = analyze(file, "/net.py", memoryHost({}), { budget: { fuel: 1e8, cancelled: () => false } })
  const model = models.at(-1)
  assert.ok(model)
  return graphOf(model)
}

async function drawn(of: ModelGraph, open: ReadonlySet<string>) {
  const visible = visiblePart(of, open)
  // The library's main module starts its worker as it does in the page.
  const answer = (await new ELK().layout(questionOf(visible) as never)) as unknown as ElkNode
  return { visible, plan: planOf(visible, answer) }
}

test("blocks that are alike and feed each other are one box that says how many", () => {
  const { nodes } = graph()
  const [repeat, ...others] = nodes.filter(({ kind }) => kind === "repeat")
  assert.equal(others.length, 0)
  assert.equal(repeat?.label, "Block")
  assert.equal(repeat?.count, 6)
  assert.equal(repeat?.parameters, 6 * (32 * 32 + 32 + 64))
})

test("sums of boxes are those of the model", () => {
  const of = graph()
  const top = of.nodes.filter(({ parent }) => parent === undefined)
  assert.equal(
    top.reduce((sum, { parameters }) => sum + (parameters ?? 0), 0),
    of.parameters,
  )
  assert.equal(
    top.reduce((sum, { macs }) => sum + (macs ?? 0), 0),
    of.macs,
  )
})

test("a shortcut is an edge around the block's layers", () => {
  const of = graph()
  const add = of.nodes.find(({ label, path }) => label === "add" && path === "blocks.1")
  const sources = of.edges.filter(({ to }) => to === add?.id).map(({ from }) => of.nodes.find(({ id }) => id === from)?.label)
  assert.deepEqual(sources.sort(), ["add", "relu"])
})

test("an activation that a block calls again is a box for each call; shared weights stay one box", () => {
  const file = sourceFile(
    "file:///twice.py",
    "python",
    `import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two, self.act = nn.Linear(4, 4), nn.Linear(4, 4), nn.ReLU()
    def forward(self, x):
        return self.act(self.one(self.act(self.two(self.act(self.one(x))))))
Net()(torch.zeros(1, 4))
`,
  )
  const { models } = analyze(file, "/twice.py", memoryHost({}), { budget: { fuel: 1e7, cancelled: () => false } })
  const { nodes, edges } = graphOf(models[0] as never)
  const labels = nodes.map(({ label }) => label)
  assert.equal(labels.filter((label) => label === "ReLU act").length, 3)
  assert.equal(labels.filter((label) => label === "Linear").length, 2)
  for (const { id, label } of nodes)
    if (label === "ReLU act")
      assert.deepEqual([edges.filter(({ to }) => to === id).length, edges.filter(({ from }) => from === id).length], [1, 1])
})

test("a closed box hides what it holds, and its edges start at it", () => {
  const of = graph()
  const closed = visiblePart(of, new Set())
  assert.deepEqual(closed.nodes.map(({ label }) => label).sort(), ["Linear", "Sequential", "input", "output"])
  assert.equal(closed.edges.length, 3)
  const inner = of.nodes.find(({ path, kind }) => path === "blocks.2.fc" && kind === "module")
  const open = new Set(ancestorsOf(of, inner?.id ?? ""))
  assert(visiblePart(of, open).nodes.includes(inner as never))
})

test("every box finds a place inside its parent, and every edge its way", async () => {
  const of = graph()
  const all = new Set(of.nodes.flatMap(({ parent }) => (parent === undefined ? [] : [parent])))
  const { visible, plan } = await drawn(of, all)
  const places = new Map(plan.nodes.map((placed) => [placed.node.id, placed]))
  assert.equal(plan.nodes.length, visible.nodes.length)
  assert.equal(plan.edges.length, visible.edges.length)
  for (const { node, x, y, width, height } of plan.nodes) {
    const outer = node.parent === undefined ? undefined : places.get(node.parent)
    if (outer) assert(x >= outer.x && y >= outer.y && x + width <= outer.x + outer.width && y + height <= outer.y + outer.height, node.id)
  }
  for (const { from, to, points } of plan.edges) {
    const [start, end] = [places.get(from), places.get(to)]
    assert(start && end)
    const near = ([px, py]: readonly [number, number], { x, y, width, height }: typeof start): boolean =>
      px >= x - 1 && px <= x + width + 1 && py >= y - 1 && py <= y + height + 1
    assert(near(points[0] as never, start) && near(points.at(-1) as never, end), `${from} → ${to}`)
  }
})

test("the picture is sound in every theme", async () => {
  const of = graph()
  const { plan } = await drawn(of, openAtFirst(of))
  for (const palette of Object.values(ALONE)) {
    const svg = drawGraph(of, plan, palette, { measure: "macs", isLive: true })
    assert(!/NaN|undefined|\[object/.test(svg))
    assert.match(svg, /× 6/)
  }
})

test("against another revision: what is new, gone and different", () => {
  const changes = compared(graph(6, 32), graph(4, 64), "before").nodes.flatMap(({ path, change }) =>
    change ? [`${path} ${change.kind}`] : [],
  )
  assert(changes.includes("blocks.5 added"))
  assert(changes.includes("head changed"))
  assert.deepEqual(
    compared(graph(4, 64), graph(6, 64), "before")
      .nodes.flatMap(({ path, change }) => (change?.kind === "removed" ? [path] : []))
      .sort(),
    ["blocks.4", "blocks.4.fc", "blocks.4.norm", "blocks.5", "blocks.5.fc", "blocks.5.norm"],
  )
})

test("what is gone with its box lies in it", () => {
  const { nodes } = compared(graph(4, 64), graph(6, 64), "before")
  const gone = (path: string) => nodes.find((node) => node.path === path && node.change?.kind === "removed")
  assert.equal(gone("blocks.5.fc")?.parent, gone("blocks.5")?.id)
  assert.equal(gone("blocks.5")?.parent, nodes.find(({ path, kind }) => path === "blocks" && kind === "module")?.id)
})

test("nothing has changed where nothing has", () => {
  assert.deepEqual(
    compared(graph(), graph(), "before").nodes.filter(({ change }) => change),
    [],
  )
})

test("tables and diagrams hold every layer and escape what they must", () => {
  const of = graph()
  assert.match(asCsv(of), /^Layer,Type,Output,Parameters,MACs,Memory \(bytes\)\r\n/)
  assert.match(asCsv(of), /blocks\.5\.fc,Linear,2 × 32,1056,2048,/)
  assert.match(asLatex({ ...of, nodes: of.nodes.map((node) => ({ ...node, label: "A_b%" })) }), /A\\_b\\%/)
  const mermaid = asMermaid(visiblePart(of, openAtFirst(of)))
  assert.match(mermaid, /^flowchart TD\n/)
  assert.match(mermaid, /subgraph/)
})

test("when all is opened, one block of those that repeat shows what is in all of them", () => {
  const of = graph(96)
  const { nodes } = visiblePart(of, allOpen(of))
  assert.equal(nodes.filter(({ label, kind }) => label === "Block" && kind === "module").length, 96)
  assert.deepEqual(
    nodes.filter(({ label }) => label === "Linear").map(({ path }) => path),
    ["head", "blocks.0.fc"],
  )
})

test("blocks that do not feed each other stay apart, though they are alike", () => {
  const text = code(4, 32)
    .replace("nn.Sequential(*", "nn.ModuleList(")
    .replace("self.head(self.blocks(x))", "self.head(self.blocks[0](x) + self.blocks[1](x) + self.blocks[2](x) + self.blocks[3](x))")
  const file = sourceFile("file:///net.py", "python", text)
  const model = analyze(file, "/net.py", memoryHost({}), { budget: { fuel: 1e8, cancelled: () => false } }).models.at(-1)
  assert.ok(model)
  const { nodes } = graphOf(model)
  assert.equal(nodes.filter(({ label }) => label === "Block").length, 4)
  assert.equal(nodes.filter(({ kind }) => kind === "repeat").length, 0)
})

test("layers that compute nothing are no boxes without lines: Keras' input layers, identities", () => {
  const texts = [
    "import keras\nfrom keras import layers\nimage = keras.Input((8,))\nmodel = keras.Model(image, layers.Dense(2)(layers.Dense(4)(image)))\n",
    "import torch\nfrom torch import nn\nmodel = nn.Sequential(nn.Linear(8, 4), nn.Identity(), nn.Linear(4, 2))\nmodel(torch.ones(1, 8))\n",
  ]
  for (const text of texts) {
    const file = sourceFile("file:///net.py", "python", text)
    const model = analyze(file, "/net.py", memoryHost({}), { budget: { fuel: 1e8, cancelled: () => false } }).models.at(-1)
    assert.ok(model)
    const { nodes, edges } = graphOf(model)
    assert.equal(nodes.filter(({ kind }) => kind === "module").length, 2)
    const joined = new Set(edges.flatMap(({ from, to }) => [from, to]))
    assert.deepEqual(
      nodes.filter(({ id }) => !joined.has(id)).map(({ label }) => label),
      [],
    )
  }
})
