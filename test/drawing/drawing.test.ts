/** Diagrams as data and as SVG: what they must hold whatever the knobs are, and pictures of them that are read when they change (UPDATE=1). */
import assert from "node:assert/strict"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { test } from "node:test"
import fc from "fast-check"
import { SUBJECTS, subjectOf } from "../../src/concepts/catalogue.ts"
import { type OperationKind, operationScene } from "../../src/concepts/operation-scenes.ts"
import { NOTHING_SELECTED, type Scene } from "../../src/concepts/scene.ts"
import { initialKnobs, type Knob, type Knobs, type Subject } from "../../src/concepts/subject.ts"
import { drawScene } from "../../src/drawing/draw.ts"
import { anchors, place } from "../../src/drawing/layout.ts"
import { ALONE, EDITOR, type Theme } from "../../src/drawing/palette.ts"

/** Names of elements that were opened, closed in the right order. */
function isBalanced(svg: string): boolean {
  const open: string[] = []
  for (const [, closing, name = "", rest = ""] of svg.matchAll(/<(\/?)(\w+)([^>]*)>/g)) {
    if (closing) {
      if (open.pop() !== name) return false
    } else if (!rest.endsWith("/")) open.push(name)
  }
  return open.length === 0
}

function assertSound(scene: Scene): void {
  const { svg } = drawScene(scene, EDITOR, { isLive: true })
  assert(isBalanced(svg), "unbalanced")
  assert(!/NaN|undefined|Infinity|\[object/.test(svg), svg.match(/.{60}(NaN|undefined|Infinity|\[object).{20}/)?.[0])
  assert(!/ style=|<script|<style/.test(svg), "a strict policy forbids it")
  assert(!/(width|height)="-/.test(svg), "negative size")
  assert.match(svg, /<desc>[^<]{40,}<\/desc>/)
  // Plain data: nothing is lost on the way to the page, but for the sign of zero.
  assert.deepEqual(withoutNegativeZero(structuredClone(scene)), JSON.parse(JSON.stringify(scene)))
}

function withoutNegativeZero(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNegativeZero)
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutNegativeZero(inner)]))
  return value === 0 ? 0 : value
}

const valueOf = (knob: Knob): fc.Arbitrary<Knobs[string]> => {
  if (knob.kind === "flag") return fc.boolean()
  if (knob.kind === "choice") return fc.constantFrom(...knob.choices.map(({ value }) => value))
  if (knob.kind === "number" && knob.step !== undefined && knob.step % 1 !== 0)
    return fc.double({ min: knob.minimum, max: knob.limit, noNaN: true, noDefaultInfinity: true })
  const size = fc.integer({ min: knob.minimum, max: Math.min(knob.limit, knob.maximum * 2) })
  if (knob.kind === "number") return size
  return fc.oneof(size, fc.tuple(size, size), ...(knob.words ?? []).map((word) => fc.constant(word)))
}

const knobsOf = (subject: Subject): fc.Arbitrary<Knobs> =>
  fc.record(Object.fromEntries(subject.knobs.map((knob) => [knob.name, valueOf(knob)])))

for (const subject of SUBJECTS) {
  test(`${subject.id}: whatever the knobs are, there is a sound diagram or a reason`, () => {
    fc.assert(
      fc.property(knobsOf(subject), fc.nat(40), (knobs, moment) => {
        const { problems } = subject.numbers(knobs)
        if (problems.length > 0) assert(problems.every((problem) => problem.endsWith(".")))
        else assertSound(subject.diagram(knobs, { moment, toggled: [] }))
      }),
      { numRuns: 60, seed: 7 },
    )
  })

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
