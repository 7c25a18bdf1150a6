/** Diagrams as data and as SVG: what they must hold whatever the knobs are, and pictures of them that are read when they change (UPDATE=1). */
import assert from "node:assert/strict"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { test } from "node:test"
import { SUBJECTS, subjectOf } from "../../src/concepts/catalogue.ts"
import { type OperationKind, operationScene } from "../../src/concepts/operation-scenes.ts"
import { column, NOTHING_SELECTED, type Part, row, words } from "../../src/concepts/scene.ts"
import { initialKnobs, type Knobs, type Subject } from "../../src/concepts/subject.ts"
import { drawScene } from "../../src/drawing/draw.ts"
import { anchors, place } from "../../src/drawing/layout.ts"
import { ALONE, EDITOR, type Theme } from "../../src/drawing/palette.ts"
import { isBalanced } from "./sound.ts"

for (const subject of SUBJECTS) {
  test(`${subject.id}: every edge joins parts that are there`, () => {
    const scene = subject.diagram(initialKnobs(subject), NOTHING_SELECTED)
    const places = anchors(place(scene.content, 0, 0))
    for (const { from, to } of scene.edges ?? []) assert(places.has(from) && places.has(to), `${from} → ${to}`)
  })
}

test("closing a frame hides what is in it, and its edges", () => {
  const subject = subjectOf("depthwise-separable") as Subject
  const [open, closed] = [[], ["standard"]].map((toggled) =>
    drawScene(subject.diagram(initialKnobs(subject), { moment: 0, toggled }), EDITOR, { isLive: true }),
  )
  assert(open && closed && closed.height < open.height - 150)
  assert.match(closed.svg, /data-frame="standard"[^>]*aria-expanded="false"/)
})

test("neighbours in a row stand on one line, whatever their captions need, and arrows start beyond labels", () => {
  const grid: Part = {
    kind: "grid",
    id: "c",
    tone: "output",
    label: "map",
    detail: "of one channel",
    side: 30,
    cells: [[{ text: "1" }], [{ text: "2" }]],
  }
  const content = row([
    { kind: "node", id: "a", tone: "input", text: "x", label: "64" },
    { kind: "box", id: "b", tone: "kernel", label: "3 × 3" },
    grid,
    column([{ kind: "box", id: "d", tone: "kernel", label: "context" }, words("all that is seen")]),
  ])
  const places = anchors(place(content, 0, 0))
  const middles = ["a", "b", "c", "d"].map((id) => places.get(id)).map((at) => at && at.y + at.height / 2)
  for (const middle of middles) assert.equal(middle, middles[0])
  const above: Part = { kind: "box", id: "a", tone: "plain", label: "a" }
  const up = { from: "c", to: "a", kind: "flow", direction: "up" } as const
  const { svg } = drawScene({ title: "t", description: "d", content: column([above, grid], 40), edges: [up] }, ALONE.light)
  const start = Number(/M[\d.]+ ([\d.]+)L/.exec(svg)?.[1])
  const label = Number(/y="([\d.]+)"[^>]*>map</.exec(svg)?.[1])
  assert(start < label - 6, `${start} is above the label at ${label}`)
})

test("text is escaped", () => {
  const { svg } = drawScene(
    { title: "<script>", description: `a "quoted" & <b>`, content: { kind: "box", id: "b", tone: "input", label: "<img onerror=x>" } },
    EDITOR,
  )
  assert(!/<script|<img|<b>/.test(svg))
})

const OPERATIONS: readonly OperationKind[] = [
  "convolution",
  "pooling",
  "linear",
  "embedding",
  "recurrent",
  "attention",
  "normalisation",
  "elementwise",
]

for (const kind of OPERATIONS)
  test(`the small picture of ${kind} holds with sizes that are symbols`, () => {
    for (const sizes of [[3, 8, 8], ["C", "H", "W"], [5], []]) {
      const { svg } = drawScene(operationScene(kind, { input: sizes, output: sizes, kernel: [3, "k"], heads: "h" }), ALONE.dark)
      assert(isBalanced(svg) && !/NaN|undefined|var\(/.test(svg))
    }
  })

const CASES: readonly (readonly [string, string, Knobs])[] = [
  ["convolution", "convolution", {}],
  ["convolution-strided-dilated", "convolution", { kernel_size: 3, stride: 2, dilation: 2, padding: 2, in_channels: 64, out_channels: 2 }],
  ["depthwise-separable", "depthwise-separable", {}],
  ["inception-block", "inception-block", {}],
  ["inception-block-naive", "inception-block", { reduction: false }],
]

const FOLDER = new URL("./snapshots/", import.meta.url)

for (const [name, id, knobs] of CASES)
  for (const theme of ["light", "high-contrast"] satisfies Theme[])
    test(`${name} looks as it did (${theme})`, () => {
      const subject = subjectOf(id) as Subject
      const { svg } = drawScene(subject.diagram({ ...initialKnobs(subject), ...knobs }, { moment: 3, toggled: [] }), ALONE[theme])
      const file = new URL(`${name}.${theme}.svg`, FOLDER)
      const lines = svg.replaceAll("><", ">\n<")
      mkdirSync(FOLDER, { recursive: true })
      if (process.env["UPDATE"] || !existsSync(file)) writeFileSync(file, lines)
      assert.equal(lines, readFileSync(file, "utf8"))
    })
