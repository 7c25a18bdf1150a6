/** The summary as a tree table for terminals, and as CSV and Markdown. */
import { coverageText, memoryText } from "../facts/quantities.ts"
import { countText, tensorText } from "../facts/text.ts"
import { type ProblemSummary, problemSummary } from "../facts/summary.ts"
import type { Analysis } from "../facts/analyze.ts"
import type { Gap, Layer, Model } from "../model/model.ts"
import { rangeOf } from "../text/source.ts"

interface Row {
  readonly layer: string
  readonly type: string
  readonly output: string
  readonly parameters: string
  readonly macs: string
}

const HEADINGS: Row = { layer: "Layer", type: "Type", output: "Output", parameters: "Parameters", macs: "MACs" }
const COLUMNS = ["layer", "type", "output", "parameters", "macs"] as const
const RIGHT = new Set<string>(["parameters", "macs"])

/** How the table is shown. */
export interface Look {
  /** Columns of the terminal, into which the table is fitted. */
  readonly width: number
  readonly hasColours: boolean
}

/** For files and pipes: as wide as it is. */
export const PLAIN: Look = { width: Number.POSITIVE_INFINITY, hasColours: false }

const GAP = 2

export function tableText(model: Model, depth: number, look: Look = PLAIN): string {
  const rows = rowsOf(model, depth)
  const wanted = COLUMNS.map((column) => rows.reduce((most, row) => Math.max(most, row[column].length), HEADINGS[column].length))
  const widths = fitted(wanted, look.width)
  const dim = look.hasColours ? (text: string) => `\u001b[2m${text}\u001b[22m` : (text: string) => text
  const bold = look.hasColours ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text
  const line = (row: Row) =>
    COLUMNS.map((column, index) => cell(row[column], widths[index] as number, RIGHT.has(column)))
      .join(" ".repeat(GAP))
      .trimEnd()
  const branches = (text: string) => text.replace(/^[│├└─ ]+/, dim)
  const rule = dim("─".repeat(totalOf(widths)))
  const [name = "", place = ""] = title(model).split("\n")
  return [
    bold(name),
    dim(place),
    rule,
    bold(line(HEADINGS)),
    rule,
    ...rows.map((row) => branches(line(row))),
    rule,
    ...totals(model),
    "",
  ].join("\n")
}

const totalOf = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width + GAP, -GAP)

// What gives way first, and the least that is left of it; numbers never do.
const YIELDING = [
  { index: COLUMNS.indexOf("type"), least: 8 },
  { index: COLUMNS.indexOf("layer"), least: 20 },
  { index: COLUMNS.indexOf("output"), least: 12 },
]

function fitted(wanted: readonly number[], width: number): number[] {
  const widths = [...wanted]
  for (const { index, least } of YIELDING) {
    const own = widths[index] as number
    const excess = totalOf(widths) - width
    if (excess > 0) widths[index] = Math.max(Math.min(own, least), own - excess)
  }
  return widths
}

function cell(text: string, width: number, isRight: boolean): string {
  const shown = text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text
  return isRight ? shown.padStart(width) : shown.padEnd(width)
}

function title(model: Model): string {
  const { file, span } = model.place
  const { start } = rangeOf({ file, span })
  const inputs = model.inputs.map((input) => `${tensorText(input)}${input.origin === "stated" ? "" : ` ${input.origin}`}`).join(", ")
  const outputs = model.outputs.map(tensorText).join(", ") || "?"
  return `${model.name}  ${inputs || "()"} → ${outputs}\n${file.uri}:${start.line + 1}`
}

function totals(model: Model): string[] {
  const { total, trainable, buffers } = model.parameters
  const lines = [
    `Parameters  ${countText(total)}  (trainable ${countText(trainable)}, buffers ${countText(buffers)})`,
    `MACs        ${countText(model.macs)}`,
    ...labelled("Memory", memoryText(model)),
    ...labelled("Known", coverageText(model.coverage)),
  ]
  const source = model.inputs.find((input) => input.source)?.source
  if (source) lines.push(`Input from ${source.file.uri}:${rangeOf(source).start.line + 1}`)
  const solved = model.inputs.find((input) => input.alternatives?.length)
  if (solved?.alternatives) lines.push(`Input size solved from the layers; ${solved.alternatives.join(", ")} would fit too`)
  if (model.inputs.some(({ origin }) => origin === "assumed"))
    lines.push("Input size assumed; state it with --input or `# layerscope: input (…)`")
  const counts = new Map(model.coverage.reasons.map(({ reason, count }) => [reason, count]))
  const byFrequency = [...model.unknowns].sort((left, right) => (counts.get(right.reason) ?? 1) - (counts.get(left.reason) ?? 1))
  return [...lines, ...gapLines(byFrequency, (reason) => counts.get(reason) ?? 1)]
}

/** More reasons than this are counted. */
const LISTED_GAPS = 5

/** What is not known and why, one line each. */
export function gapLines(gaps: readonly Gap[], timesOf: (reason: string) => number = () => 1): string[] {
  const listed = gaps.slice(0, LISTED_GAPS).map(({ reason, place }) => {
    const times = timesOf(reason) > 1 ? ` ×${timesOf(reason)}` : ""
    return `? ${reason}${times}${place ? ` (${place.file.uri}:${rangeOf(place).start.line + 1})` : ""}`
  })
  return gaps.length > LISTED_GAPS ? [...listed, `? and ${gaps.length - LISTED_GAPS} more`] : listed
}

const labelled = (label: string, text: string | undefined): string[] => (text === undefined ? [] : [`${label.padEnd(12)}${text}`])

const depthOf = ({ path }: Layer): number => (path === "" ? 0 : path.split(".").length)

interface TreeRow {
  readonly layer: Layer
  /** the part of the path that the parent's row does not say */
  readonly name: string
  readonly children: TreeRow[]
}

/** Rows in the order of the tree, each with its part of the path and a branch before it. */
function rowsOf(model: Model, depth: number): Row[] {
  return treeOf(model.layers.filter((layer) => depthOf(layer) <= depth)).flatMap((root) => rowsBelow(root, model.class, "", ""))
}

function rowsBelow({ layer, name, children }: TreeRow, label: string, branch: string, indent: string): Row[] {
  const row: Row = {
    layer: branch + (layer.path === "" ? label : name),
    type: layer.path === "" ? "" : layer.type,
    output: layer.output ? tensorText(layer.output) : "",
    parameters: layer.parameters === 0 ? "" : countText(layer.parameters),
    macs: layer.macs === 0 ? "" : countText(layer.macs),
  }
  const last = children.at(-1)
  return [
    row,
    ...children.flatMap((child) =>
      rowsBelow(child, label, `${indent}${child === last ? "└─ " : "├─ "}`, `${indent}${child === last ? "   " : "│  "}`),
    ),
  ]
}

/** Parents that have no row of their own stay in their children's names. */
function treeOf(layers: readonly Layer[]): TreeRow[] {
  const paths = new Set(layers.map(({ path }) => path))
  const rows = new Map<string, TreeRow>()
  for (const layer of layers) {
    const parent = parentPath(paths, layer.path)
    rows.set(layer.path, { layer, name: parent ? layer.path.slice(parent.length + 1) : layer.path, children: [] })
  }
  const roots: TreeRow[] = []
  for (const row of rows.values()) {
    const parent = parentPath(paths, row.layer.path)
    ;(parent === undefined ? roots : (rows.get(parent) as TreeRow).children).push(row)
  }
  return roots
}

function parentPath(paths: ReadonlySet<string>, path: string): string | undefined {
  if (path === "") return undefined
  for (let at = path.lastIndexOf("."); at > 0; at = path.lastIndexOf(".", at - 1))
    if (paths.has(path.slice(0, at))) return path.slice(0, at)
  return paths.has("") ? "" : undefined
}

export function csvText(models: readonly Model[]): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = models.flatMap((model) =>
    model.layers.map((layer) =>
      [model.name, layer.path, layer.type, layer.output ? tensorText(layer.output) : "", plain(layer.parameters), plain(layer.macs)]
        .map(cell)
        .join(","),
    ),
  )
  return ["model,layer,type,output,parameters,macs", ...lines, ""].join("\n")
}

const plain = (count: Layer["macs"]): string => countText(count).replaceAll(",", "").replace("?", "")

export function markdownText(model: Model): string {
  const lines = model.layers.map(
    (layer) =>
      `| ${layer.path || model.class} | ${layer.type} | ${layer.output ? tensorText(layer.output) : ""} | ${countText(layer.parameters)} | ${countText(layer.macs)} |`,
  )
  return [
    `### ${model.name}`,
    "",
    "| layer | type | output | parameters | MACs |",
    "|---|---|---|---:|---:|",
    ...lines,
    "",
    `Parameters ${countText(model.parameters.total)}, MACs ${countText(model.macs)}`,
    "",
  ].join("\n")
}

/** One line a problem, as compilers write them. */
export const problemLines = (analysis: Analysis): string[] => analysis.problems.map((problem) => problemLine(problemSummary(problem)))

export const problemLine = ({ file, span: { start }, severity, message, code }: ProblemSummary): string =>
  `${file}:${start.line}:${start.character}: ${severity}: ${message} [${code}]`
