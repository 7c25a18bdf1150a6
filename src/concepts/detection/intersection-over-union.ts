/** The subject "intersection over union": how well two boxes agree, as one number; the boxes can be dragged. */
import type { Backend } from "../backend.ts"
import { comparedNumber } from "../executed.ts"
import { numberOf } from "../knobs.ts"
import { column, frame, type Part, type Plane, row, type Scene, type Selection, words } from "../scene.ts"
import type { CheckResult, Knob, Knobs, Numbers, Subject } from "../subject.ts"

/** Cells of the picture; a cell is ten pixels. */
const SIDE = { columns: 24, rows: 16 }

const place = (name: string, label: string, initial: number, maximum: number, help: string, minimum = 0): Knob => ({
  kind: "number",
  name,
  label,
  initial,
  minimum,
  maximum,
  limit: maximum,
  help,
})

const KNOBS: readonly Knob[] = [
  place("truth_x", "Object: left", 4, 20, "Left edge of the box that was drawn by hand."),
  place("truth_y", "Object: top", 3, 12, "Its top edge."),
  place("truth_width", "Object: width", 10, 16, "Its width.", 1),
  place("truth_height", "Object: height", 8, 12, "Its height.", 1),
  place("box_x", "Prediction: left", 8, 20, "Left edge of the predicted box."),
  place("box_y", "Prediction: top", 5, 12, "Its top edge."),
  place("box_width", "Prediction: width", 10, 16, "Its width.", 1),
  place("box_height", "Prediction: height", 8, 12, "Its height.", 1),
  {
    kind: "number",
    name: "threshold",
    label: "Threshold",
    initial: 0.5,
    minimum: 0.05,
    maximum: 0.95,
    limit: 1,
    step: 0.05,
    help: "From which IoU on a prediction counts as a hit.",
  },
]

interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What the drawing can hold of a box; sizes that were typed may reach beyond. */
function boxOf(knobs: Knobs, name: "truth" | "box"): Rectangle {
  const [x, y] = [numberOf(knobs, `${name}_x`), numberOf(knobs, `${name}_y`)]
  return {
    x,
    y,
    width: Math.min(numberOf(knobs, `${name}_width`), SIDE.columns - x),
    height: Math.min(numberOf(knobs, `${name}_height`), SIDE.rows - y),
  }
}

const areaOf = ({ width, height }: Rectangle): number => width * height

/** Where both are; without width or height when they do not meet. */
function overlap(one: Rectangle, other: Rectangle): Rectangle {
  const [x, y] = [Math.max(one.x, other.x), Math.max(one.y, other.y)]
  return {
    x,
    y,
    width: Math.max(0, Math.min(one.x + one.width, other.x + other.width) - x),
    height: Math.max(0, Math.min(one.y + one.height, other.y + other.height) - y),
  }
}

function computed(knobs: Knobs) {
  const [truth, box] = [boxOf(knobs, "truth"), boxOf(knobs, "box")]
  const shared = overlap(truth, box)
  const intersection = areaOf(shared)
  const union = areaOf(truth) + areaOf(box) - intersection
  const threshold = numberOf(knobs, "threshold")
  const ratio = intersection / union
  return { truth, box, shared, intersection, union, ratio, threshold, isHit: ratio >= threshold }
}

function numbers(knobs: Knobs): Numbers {
  const { truth, box, intersection, union, ratio, threshold, isHit } = computed(knobs)
  return {
    quantities: [
      { name: "intersection", label: "Intersection", value: intersection, note: "cells that both cover" },
      { name: "union", label: "Union", value: union, note: `${areaOf(truth)} + ${areaOf(box)} − ${intersection}` },
      { name: "iou", label: "IoU", value: ratio.toFixed(3) },
      { name: "verdict", label: "Counts as", value: isHit ? "hit" : "miss", note: `threshold ${threshold}` },
    ],
    problems: [],
  }
}

function formulas(knobs: Knobs) {
  const { truth, box, shared, intersection, union, ratio } = computed(knobs)
  return [
    { label: "IoU", tex: `\\frac{|A \\cap B|}{|A \\cup B|} = \\frac{${intersection}}{${union}} = ${ratio.toFixed(3)}` },
    { label: "Intersection", tex: `w \\cdot h = ${shared.width} \\cdot ${shared.height} = ${intersection}` },
    { label: "Union", tex: `|A| + |B| - |A \\cap B| = ${areaOf(truth)} + ${areaOf(box)} - ${intersection} = ${union}` },
  ]
}

function boxes({ truth, box, shared }: ReturnType<typeof computed>): Plane {
  const knobsOf = (name: string) => ({ x: `${name}_x`, y: `${name}_y`, width: `${name}_width`, height: `${name}_height` })
  return {
    kind: "plane",
    id: "boxes",
    label: "Drag the boxes, or their corners",
    ...SIDE,
    scale: 18,
    rectangles: [
      ...(areaOf(shared) > 0 ? [{ id: "intersection", tone: "output" as const, label: "", ...shared, isFilled: true }] : []),
      { id: "truth", tone: "input", label: "object", ...truth, knobs: knobsOf("truth") },
      { id: "prediction", tone: "kernel", label: "prediction", ...box, isDashed: true, knobs: knobsOf("box") },
    ],
  }
}

/** The ratio as lengths one below the other. */
function fraction({ intersection, union, ratio, threshold, isHit }: ReturnType<typeof computed>): Part {
  return column(
    [
      {
        kind: "bars",
        id: "areas",
        label: "Areas, in cells",
        width: 150,
        rows: [
          { label: "intersection", value: intersection, text: String(intersection), tone: "output" },
          { label: "union", value: union, text: String(union), tone: "plain" },
        ],
      },
      words(`IoU = ${ratio.toFixed(3)}`, { size: "large" }),
      words([isHit ? `at least ${threshold}: a hit` : `below ${threshold}: a miss`], { isQuiet: true }),
    ],
    14,
  )
}

function diagram(knobs: Knobs, selection: Selection): Scene {
  const found = computed(knobs)
  return {
    title: "Intersection over union",
    description: `The object's box covers ${areaOf(found.truth)} cells, the predicted one ${areaOf(found.box)}; both cover ${found.intersection}, together ${found.union}. IoU is ${found.ratio.toFixed(3)}, a ${found.isHit ? "hit" : "miss"} at threshold ${found.threshold}.`,
    content: column([
      frame(selection, "boxes-frame", "Two boxes", row([boxes(found), fraction(found)], 30)),
      frame(selection, "shift", "What a shift costs", row([shifted(found)], 24)),
    ]),
  }
}

/** IoU falls faster than one expects: a box moved to the side by a share of its width. */
function shifted({ truth, threshold }: ReturnType<typeof computed>): Part {
  const shares = Array.from({ length: 41 }, (_, index) => index / 40)
  return {
    kind: "plot",
    id: "shift-curve",
    label: "The object's own box, moved sideways",
    width: 300,
    height: 130,
    x: { label: `moved by a share of its width (${truth.width})`, from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1] },
    y: { label: "IoU", from: 0, to: 1, ticks: [0, 0.5, 1] },
    curves: [
      { tone: "output", name: "IoU", points: shares.map((share) => [share, (1 - share) / (1 + share)] as const) },
      {
        tone: "warning",
        name: "threshold",
        isDashed: true,
        points: [
          [0, threshold],
          [1, threshold],
        ],
      },
    ],
  }
}

/** Points that are thrown on the picture; the share within both, of those within either, is the ratio again. */
const POINTS = 200_000
/** Four standard errors of a share that was measured on so many points, and a little for rounding. */
const tolerance = (share: number, points: number): number => 4 * Math.sqrt((share * (1 - share)) / Math.max(1, points)) + 0.002

async function check(backend: Backend, knobs: Knobs): Promise<CheckResult> {
  const { truth, box, intersection, union, ratio } = computed(knobs)
  const { tensors } = backend
  const cells = (count: number, start: number, size: number) => {
    const at = tensors.range(0, count)
    return tensors.mul(
      tensors.sub(1, tensors.cast(tensors.less(at, start), "float32")),
      tensors.cast(tensors.less(at, start + size), "float32"),
    )
  }
  const mask = ({ x, y, width, height }: Rectangle) =>
    tensors.matMul(
      tensors.reshape(cells(SIDE.rows, y, height), [SIDE.rows, 1]),
      tensors.reshape(cells(SIDE.columns, x, width), [1, SIDE.columns]),
    )
  const [object, prediction] = [mask(truth), mask(box)]
  const both = await backend.number(tensors.sum(tensors.mul(object, prediction)))
  const either = await backend.number(tensors.sum(tensors.maximum(object, prediction)))
  const [across, down] = [
    tensors.randomUniform([POINTS], 0, SIDE.columns, "float32", 3),
    tensors.randomUniform([POINTS], 0, SIDE.rows, "float32", 5),
  ]
  const inside = ({ x, y, width, height }: Rectangle) => {
    const within = (at: typeof across, from: number, size: number) =>
      tensors.sub(tensors.cast(tensors.less(at, from + size), "float32"), tensors.cast(tensors.less(at, from), "float32"))
    return tensors.mul(within(across, x, width), within(down, y, height))
  }
  const [first, second] = [inside(truth), inside(box)]
  const hits = await backend.number(tensors.sum(tensors.mul(first, second)))
  const all = await backend.number(tensors.sum(tensors.maximum(first, second)))
  return {
    backend: backend.name,
    rows: [
      comparedNumber("Intersection, counted cell by cell", intersection, both),
      comparedNumber("Union, counted cell by cell", union, either),
      comparedNumber("IoU of the two masks", ratio, both / either),
      {
        what: "IoU by random points",
        predicted: ratio.toFixed(3),
        measured: (hits / all).toFixed(3),
        agrees: Math.abs(hits / all - ratio) <= tolerance(ratio, all),
      },
    ],
    timings: [],
    note: `Each box is made a mask of ${SIDE.columns} × ${SIDE.rows} cells; ${POINTS.toLocaleString("en-US")} random points agree within ± ${tolerance(ratio, all).toFixed(3)}.`,
  }
}

export const intersectionOverUnion: Subject = {
  id: "intersection-over-union",
  title: "Intersection over union (IoU)",
  group: "detection",
  summary: "How well a predicted box fits an object: the area that both cover, as a share of the area that either covers.",
  knobs: KNOBS,
  numbers,
  formulas,
  diagram,
  checked: "Makes both boxes masks in TensorFlow.js and counts cells; then throws random points at them.",
  check,
  // A measure of results: no layer and no graph of a model means it.
  recognise: () => [],
  fromLayer: () => undefined,
}
