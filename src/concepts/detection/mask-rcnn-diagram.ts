/** The picture of Mask R-CNN: its parts, one region read by RoIAlign and RoIPool, and the arithmetic of a bin. */
import { short, sizesText } from "../knobs.ts"
import { type Cell, column, type Edge, frame, type Part, row, type Scene, type Selection, words } from "../scene.ts"
import type { computed } from "./mask-rcnn.ts"
import { aligned, cellsOf, EXAMPLE, MAP, neighbours, pooled, samplesOf } from "./region-sampling.ts"

type Found = ReturnType<typeof computed>

export function maskRcnnScene(found: Found, selection: Selection): Scene {
  const { bins, region, whole, ratio, stride } = found
  const bin = Math.max(0, Math.min(bins * bins - 1, selection.moment))
  const most = Math.max(...found.edges.map(({ pixels }) => pixels))
  return {
    title: "Mask R-CNN",
    description: `A region of ${(region.width * stride).toFixed(1)} by ${(region.height * stride).toFixed(1)} pixels is read as ${bins} × ${bins} bins. RoIPool rounds it to ${whole.width} by ${whole.height} cells, off by up to ${most.toFixed(1)} pixels; RoIAlign takes ${ratio * ratio} samples between cells in each bin. Bin ${bin + 1}: ${aligned(EXAMPLE, region, bins, ratio, bin).toFixed(2)} against ${pooled(EXAMPLE, region, bins, bin)}.`,
    content: column([
      frame(selection, "parts", "Faster R-CNN, and a branch for masks", parts(found)),
      frame(
        selection,
        "region",
        `One region on the feature map: bin ${bin + 1} of ${bins * bins}`,
        row([map(found, bin), offEdges(found)], 26),
      ),
      frame(selection, "bin", "The arithmetic of this bin", arithmetic(found, bin)),
    ]),
    edges: PIPELINE,
    moments: { count: bins * bins, perRow: bins, names: "bin" },
  }
}

const PIPELINE: readonly Edge[] = [
  { from: "image", to: "backbone", kind: "flow" },
  { from: "backbone", to: "proposals", kind: "flow" },
  { from: "proposals", to: "align", kind: "flow" },
  { from: "backbone", to: "align", kind: "flow", direction: "over", tone: "kernel" },
  { from: "align", to: "boxes", kind: "flow" },
  { from: "align", to: "masks", kind: "flow", tone: "output" },
]

function parts({ bins, channels, head }: Found): Part {
  const box = (
    id: string,
    tone: "input" | "kernel" | "second" | "third" | "output",
    label: string,
    detail: string,
    width: number,
  ): Part => ({
    kind: "box",
    id,
    tone,
    label,
    detail,
    width,
  })
  return column(
    [
      words("", { size: "small" }),
      row(
        [
          box("image", "input", "image", "", 60),
          box("backbone", "kernel", "backbone, FPN", `maps of ${short(channels)}`, 112),
          box("proposals", "second", "RPN", "where objects are", 106),
          box("align", "third", "RoIAlign", `${bins} × ${bins} of each`, 96),
          column(
            [
              box("boxes", "kernel", "box head", "class, and a finer box", 150),
              box("masks", "output", `mask head, ${short(head.parameters)}`, `${sizesText(head.mask)}, sigmoid`, 150),
            ],
            12,
          ),
        ],
        36,
      ),
    ],
    12,
  )
}

const SCALE = 30

function map({ region, whole, bins, ratio }: Found, bin: number): Part {
  const [row, column] = [Math.floor(bin / bins), bin % bins]
  const [wide, high] = [region.width / bins, region.height / bins]
  const samples = samplesOf(EXAMPLE, region, bins, ratio, bin)
  return {
    kind: "plane",
    id: "features",
    label: "Drag the region; RoIPool reads the dashed one",
    ...MAP,
    scale: SCALE,
    shades: EXAMPLE.map((line) => line.map((value) => value / 14)),
    rectangles: [
      { id: "rounded", tone: "warning", label: "", ...whole, isDashed: true },
      {
        id: "roi",
        tone: "kernel",
        label: "",
        ...region,
        knobs: { x: "roi_x", y: "roi_y", width: "roi_width", height: "roi_height" },
      },
      {
        id: "bin",
        tone: "output",
        label: "",
        x: region.x + column * wide,
        y: region.y + row * high,
        width: wide,
        height: high,
        isFilled: true,
      },
    ],
    dots: samples.map(({ x, y, value }) => ({ x, y, tone: "output" as const, hint: value.toFixed(3) })),
  }
}

function offEdges({ edges, stride }: Found): Part {
  return column([
    {
      kind: "bars",
      id: "off",
      label: "RoIPool: edges off, in pixels",
      width: 100,
      rows: edges.map(({ label, pixels }) => ({ label, value: pixels, text: pixels.toFixed(1), tone: "warning" as const })),
    },
    words([`one cell is ${stride} pixels,`, "so up to half of that"], { isQuiet: true }),
  ])
}

const MOST_SAMPLES = 4

function arithmetic({ region, bins, ratio }: Found, bin: number): Part {
  const samples = samplesOf(EXAMPLE, region, bins, ratio, bin)
  const shown = samples.slice(0, MOST_SAMPLES)
  const header = ["sample", "upper left", "upper right", "lower left", "lower right", "value"].map((text): Cell => ({ text }))
  const lines = shown.map(({ x, y, value }, at): readonly Cell[] => [
    { text: String(at + 1) },
    ...neighbours(y, x).map(
      ({ row: down, column: across, weight }): Cell => ({
        text: `${weight.toFixed(2)} · ${EXAMPLE[down]?.[across] ?? 0}`,
        strength: weight * 0.7,
      }),
    ),
    { text: value.toFixed(2), isMarked: true },
  ])
  const mean = aligned(EXAMPLE, region, bins, ratio, bin)
  const cells = cellsOf(region, bins, bin)
  const rest =
    samples.length > shown.length
      ? ` of ${samples.length} samples, ${shown.length} of them shown`
      : ` of ${samples.length} sample${samples.length > 1 ? "s" : ""}`
  return column([
    {
      kind: "grid",
      id: "samples",
      tone: "output",
      label: "Four cells around each sample, nearer ones count more",
      cells: [header, ...lines],
      side: 22,
      cellWidth: 82,
    },
    words(
      [
        `RoIAlign: mean${rest} = ${mean.toFixed(2)}`,
        `RoIPool: largest of ${cells.height} × ${cells.width} whole cells = ${pooled(EXAMPLE, region, bins, bin)}`,
      ],
      {
        align: "start",
      },
    ),
  ])
}
