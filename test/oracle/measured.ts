// The measured models as the oracle wrote them, and how a summary of ours is compared with one.
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { LayerSummary, ModelSummary } from "../../src/facts/summary.ts"

export interface MeasuredLayer {
  readonly path: string
  readonly type: string
  readonly parameters: number
  /** absent when the module was never called */
  readonly output?: readonly number[]
  readonly macs: number
}

interface Tensor {
  readonly shape: readonly number[]
  readonly dtype: string
}

export interface MeasuredModel {
  readonly file?: string
  readonly entry: string
  readonly class: string
  readonly parameters: { readonly total: number; readonly trainable: number; readonly buffers?: number }
  /** absent when only the parameters were measured */
  readonly inputs?: readonly Tensor[]
  readonly outputs?: readonly Tensor[]
  readonly macs?: number
  readonly layers?: readonly MeasuredLayer[]
}

/** `measured` against `got`; `what` says of which layer. */
export interface Difference {
  readonly what: string
  readonly measured: string
  readonly got: string
}

export function readMeasured(name: string, base: string): readonly MeasuredModel[] {
  return JSON.parse(readFileSync(fileURLToPath(new URL(name, base)), "utf8")).models
}

export const inputTexts = (model: MeasuredModel): string[] =>
  (model.inputs ?? []).map(({ shape, dtype }) => (dtype === "float32" ? shape.join(",") : `${shape.join(",")}:${dtype}`))

/** Totals, outputs and layers; `byPath` where our paths must be the framework's own (torch), else layers are matched by what they are. */
export function differences(measured: MeasuredModel, got: ModelSummary, byPath: boolean): Difference[] {
  const { total, trainable, buffers } = measured.parameters
  return [
    ...differing("parameters", total, got.parameters.total),
    ...differing("trainable parameters", trainable, got.parameters.trainable),
    ...(buffers === undefined ? [] : differing("buffers", buffers, got.parameters.buffers)),
    ...(measured.outputs ? outputDifferences(measured.outputs, got) : []),
    ...(measured.macs === undefined ? [] : differing("MACs", measured.macs, got.macs)),
    ...(measured.layers ? (byPath ? pathDifferences : kindDifferences)(measured.layers, got.layers) : []),
  ]
}

const show = (value: unknown): string =>
  typeof value === "number" ? value.toLocaleString("en") : typeof value === "string" ? value : JSON.stringify(value)

const differing = (what: string, measured: unknown, got: unknown): Difference[] =>
  JSON.stringify(measured) === JSON.stringify(got) ? [] : [{ what, measured: show(measured), got: show(got ?? null) }]

function outputDifferences(outputs: readonly Tensor[], got: ModelSummary): Difference[] {
  const text = ({ shape, dtype }: { shape: readonly unknown[] | null; dtype: string | null }) => `${JSON.stringify(shape)} ${dtype}`
  return differing("outputs", outputs.map(text).join(", "), got.outputs.map(text).join(", "))
}

function pathDifferences(measured: readonly MeasuredLayer[], got: readonly LayerSummary[]): Difference[] {
  const ours = new Map(got.map((layer) => [layer.path, layer]))
  const theirs = new Set(measured.map((layer) => layer.path))
  return [
    ...measured.flatMap((layer) => layerDifferences(layer, ours.get(layer.path))),
    ...got.filter((layer) => !theirs.has(layer.path)).map((layer) => ({ what: layer.path, measured: "no such row", got: layer.type })),
    ...orderDifferences(measured, got),
  ]
}

function layerDifferences(measured: MeasuredLayer, got: LayerSummary | undefined): Difference[] {
  const name = measured.path || "(root)"
  if (!got) return [{ what: name, measured: measured.type, got: "no such row" }]
  return [
    ...differing(`${name} type`, measured.type, got.type),
    ...differing(`${name} parameters`, measured.parameters, got.parameters),
    ...(measured.output ? differing(`${name} output`, measured.output, got.output) : []),
    ...differing(`${name} MACs`, measured.macs, got.macs),
  ]
}

/** Where the calls first come in another order. Only leaves count: frameworks differ in when they list a container. */
function orderDifferences(measured: readonly MeasuredLayer[], got: readonly LayerSummary[]): Difference[] {
  const called = new Set(measured.filter((layer) => layer.output && isLeaf(layer, measured)).map((layer) => layer.path))
  const theirs = measured.map((layer) => layer.path).filter((path) => called.has(path))
  const ours = got.map((layer) => layer.path).filter((path) => called.has(path))
  const index = theirs.findIndex((path, position) => ours[position] !== path)
  return ours.length !== theirs.length || index < 0
    ? []
    : [{ what: `call number ${index + 1}`, measured: theirs[index] ?? "", got: ours[index] ?? "" }]
}

const isLeaf = (layer: MeasuredLayer, all: readonly MeasuredLayer[]) =>
  layer.path !== "" && !all.some((other) => other.path.startsWith(`${layer.path}.`))

/** Keras and TensorFlow.js number names over the whole run, and run a graph in an order of their own: what counts is which layers there are. */
function kindDifferences(measured: readonly MeasuredLayer[], got: readonly LayerSummary[]): Difference[] {
  const theirs = tally(measured.filter((layer) => layer.path !== ""))
  const ours = tally(got.filter((layer) => layer.path !== "" && layer.type !== "InputLayer"))
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((kind) =>
    differing(kind, `${theirs.get(kind) ?? 0} times`, `${ours.get(kind) ?? 0} times`),
  )
}

type Row = Pick<LayerSummary, "type" | "parameters" | "macs"> & { readonly output?: readonly unknown[] | null }

function tally(layers: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { type, parameters, output, macs } of layers) {
    const kind = `${type} → ${JSON.stringify(output)}, ${show(parameters)} parameters, ${show(macs)} MACs`
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

/** A table for the eye, the first thirty differences of it. */
export function table(found: readonly Difference[]): string {
  const rows = [{ what: "", measured: "measured", got: "ours" }, ...found.slice(0, 30)]
  const widths = [Math.max(...rows.map((row) => row.what.length)), Math.max(...rows.map((row) => row.measured.length))] as const
  const lines = rows.map((row) => `  ${row.what.padEnd(widths[0])}  ${row.measured.padEnd(widths[1])}  ${row.got}`)
  return [...lines, ...(found.length > 30 ? [`  … and ${found.length - 30} more`] : [])].join("\n")
}
