/** Compares what the command line says of a model with what was measured. */
import type { LayerSummary, ModelSummary, Size } from "../../src/facts/summary.ts"
import { isExpression } from "./jobs.ts"
import type { Answer } from "./run.ts"
import { type LayerRecord, type ModelRecord, type ShapeTree, shapesIn } from "./truth.ts"

export const ASPECTS = ["parameters", "trainable", "buffers", "outputs", "macs"] as const
export type Aspect = (typeof ASPECTS)[number]

/** "-" where nothing was measured. */
export type Verdict = "exact" | "wrong" | "unknown" | "-"

export interface RowCount {
  readonly exact: number
  readonly wrong: number
  readonly unknown: number
}

export interface Result {
  readonly verdicts: Readonly<Record<Aspect, Verdict>>
  readonly rows: RowCount
  readonly falseErrors: number
  /** why something is unknown, the first reason given */
  readonly reason?: string
  /** what is wrong, for people */
  readonly details: readonly string[]
}

export const NOTHING: Readonly<Record<Aspect, Verdict>> = { parameters: "-", trainable: "-", buffers: "-", outputs: "-", macs: "-" }

/** `hasInputs`: whether the job states the recorded inputs; what depends on them is unknown otherwise. */
export function compare(record: ModelRecord, answer: Answer, hasInputs: boolean): Result {
  const details: string[] = []
  const model = modelOf(record, answer)
  const judge = (aspect: Aspect, verdict: Verdict, got: unknown, expected: unknown): Verdict => {
    if (verdict === "wrong") details.push(`${aspect} ${JSON.stringify(got)}, measured ${JSON.stringify(expected)}`)
    return verdict
  }
  const count = (aspect: Aspect, got: Size | undefined, expected: number | null | undefined): Verdict =>
    judge(aspect, sizeVerdict(got, expected), got, expected)
  const { total, trainable, buffers } = model?.parameters ?? {}
  const parameters = record.params_total === null ? roundedVerdict(total, record) : sizeVerdict(total, record.params_total)
  const run = hasInputs ? model : undefined
  const verdicts = {
    parameters: judge("parameters", parameters, total, record.params_total ?? record.params_millions),
    trainable: count("trainable", trainable, record.params_trainable),
    buffers: count("buffers", buffers, record.buffers_total),
    outputs: judge("outputs", outputsVerdict(run, record), run?.outputs, record.output_shapes),
    macs: judge("macs", macsVerdict(run?.macs, record), run?.macs, record.macs),
  }
  const errors = answer.problems.filter(({ severity }) => severity === "error")
  for (const { message, file, span } of errors) details.push(`false error: ${message} (${file}:${span.start.line})`)
  const rows = rowsOf(record, model, run !== undefined, details)
  const reason = reasonOf(answer, model, hasInputs)
  return { verdicts, rows, falseErrors: errors.length, details, ...(reason !== undefined && { reason }) }
}

/** The entry's model. Where the record only tells a name, the model that has it, or the only one. */
function modelOf(record: ModelRecord, { models }: Answer): ModelSummary | undefined {
  if (isExpression(record.entry)) return models[0]
  const name = record.model_name ?? /^model (?:in )?"?(\w+)/.exec(record.entry)?.[1]
  const named = models.filter((model) => model.name === name || model.name === "model")
  if (models.length === 1) return models[0]
  return nearest(models, record) ?? (named.length === 1 ? named[0] : undefined)
}

/**
 * The model whose layers are most of the printed types, in order; types are cut to the width of their column. Of those that a file
 * prints several times, growing or frozen in between, the record means the nearest.
 */
function nearest(models: readonly ModelSummary[], record: ModelRecord): ModelSummary | undefined {
  const measured = record.per_layer ?? []
  const score = (model: ModelSummary): number => {
    const all = model.layers.filter(({ path }) => path !== "")
    const rows = topLevel(all)
    const share = (count: number): number => count / Math.max(measured.length, rows.length, 1)
    const types = measured.filter(({ type }, index) => rows[index]?.type.startsWith(type)).length
    const counts = measured.filter(({ params }, index) => rows[index] && withParts(rows[index], all).parameters === params).length
    const { total, trainable } = model.parameters
    return (
      share(types) +
      0.01 * share(counts) +
      0.001 * Number(total === record.params_total) +
      0.001 * Number(trainable === record.params_trainable)
    )
  }
  const scored = models.map((model) => ({ model, score: score(model) })).filter((each) => each.score >= 0.01)
  return scored.sort((one, other) => other.score - one.score)[0]?.model
}

function reasonOf(answer: Answer, model: ModelSummary | undefined, hasInputs: boolean): string | undefined {
  if (answer.error !== undefined) return answer.error
  if (!model) return answer.models.length === 0 ? "no model is found" : "several models are found"
  return model.unknowns[0]?.reason ?? (hasInputs ? undefined : "the inputs cannot be written as a job")
}

/** A number, of decimal digits above 2^53; undefined for what is unknown or symbolic. */
const numberOf = (size: Size | undefined): number | undefined =>
  typeof size === "number" ? size : typeof size === "string" && /^\d+$/.test(size) ? Number(size) : undefined

function sizeVerdict(got: Size | undefined, expected: number | null | undefined): Verdict {
  if (expected === null || expected === undefined) return "-"
  const number = numberOf(got)
  return number === undefined ? "unknown" : number === expected ? "exact" : "wrong"
}

/** "2 decimals of 1e6" */
function within(got: number, printed: number, precision: string): boolean {
  const [, decimals = "0", unit = "1"] = /^(\d+) decimals? of (\S+)$/.exec(precision) ?? []
  return Math.abs(got / Number(unit) - printed) <= 0.5 * 10 ** -Number(decimals) + 1e-9
}

function roundedVerdict(got: Size | undefined, { params_millions, params_precision }: ModelRecord): Verdict {
  if (params_millions === undefined || params_precision === undefined) return "-"
  const number = numberOf(got)
  return number === undefined ? "unknown" : within(number, params_millions, params_precision) ? "exact" : "wrong"
}

/** timm's published figures count some element-wise work besides, and are left alone. */
function macsVerdict(got: Size | undefined, { macs, gmacs_published, macs_precision, repo }: ModelRecord): Verdict {
  if (gmacs_published === undefined || macs_precision === undefined) return sizeVerdict(got, macs)
  if (repo.endsWith("pytorch-image-models")) return "-"
  const number = numberOf(got)
  return number === undefined ? "unknown" : within(number, gmacs_published, macs_precision) ? "exact" : "wrong"
}

const isPrinted = ({ entry }: ModelRecord): boolean => entry.endsWith("whose summary() is printed")

/** Boxes depend on the data, in number and so in shape. */
const isDataDependent = ({ kind }: ModelRecord): boolean => kind === "detection"

function outputsVerdict(model: ModelSummary | undefined, record: ModelRecord): Verdict {
  const expected = shapesIn(record.output_shapes)
  // A printed table ends with one output, whichever it is.
  const printed = isPrinted(record) && expected.length === 1 ? expected[0] : undefined
  if (printed && model && model.outputs.length > 1) {
    const found = model.outputs.map(({ shape }) => shapeVerdict(shape, printed.shape))
    return found.includes("exact") ? "exact" : found.includes("unknown") ? "unknown" : "wrong"
  }
  if (expected.length === 0 || isDataDependent(record)) return "-"
  if (!model || model.outputs.length === 0) return "unknown"
  if (model.outputs.length !== expected.length) return model.outputs.some(({ shape }) => shape === null) ? "unknown" : "wrong"
  return worst(
    expected.map(({ shape, dtype }, index) => {
      const got = model.outputs[index]
      const sameType = !dtype || !got?.dtype || got.dtype === dtype
      return sameType ? shapeVerdict(got?.shape ?? null, shape) : "wrong"
    }),
  )
}

/** A size that is open when the model is built (null) agrees with any symbol. */
function shapeVerdict(got: readonly Size[] | null, expected: readonly (number | null)[]): Verdict {
  if (got === null) return "unknown"
  if (got.length !== expected.length) return "wrong"
  return worst(
    expected.map((size, axis) => (size === null ? (numberOf(got[axis]) === undefined ? "exact" : "wrong") : sizeVerdict(got[axis], size))),
  )
}

const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes("wrong") ? "wrong" : verdicts.includes("unknown") ? "unknown" : "exact"

/** Rows are found by name. Names that Keras and TensorFlow.js number as they go are compared in order. */
function rowsOf(record: ModelRecord, model: ModelSummary | undefined, isRun: boolean, details: string[]): RowCount {
  const count = { exact: 0, wrong: 0, unknown: 0 }
  const measured = record.per_layer ?? []
  const all = model?.layers.filter(({ path }) => path !== "") ?? []
  const layers = record.framework === "pytorch" ? all : topLevel(all)
  const named = new Map(layers.map((layer) => [layer.path, layer]))
  const isNamed = record.framework === "pytorch" || measured.every(({ name }) => named.has(name))
  const inOrder = isNamed ? [] : aligned(measured, layers)
  measured.forEach((row, index) => {
    const layer = isNamed ? named.get(row.name) : inOrder[index]
    const verdict = rowVerdict(layer && record.framework !== "pytorch" ? withParts(layer, all) : layer, row, isRun, isDataDependent(record))
    count[verdict]++
    if (verdict === "wrong") details.push(`row ${row.name}: ${JSON.stringify(layer)}, measured ${JSON.stringify(row)}`)
  })
  return count
}

/** The longest way to lay the two lists beside each other so that types agree; rows without a partner stay alone. */
function aligned(measured: readonly LayerRecord[], layers: readonly LayerSummary[]): (LayerSummary | undefined)[] {
  // A type that is too long for its column is cut, or goes on in the next line, of which the record has the end.
  const agrees = (row: number, layer: number): boolean => {
    const [printed, type = ""] = [measured[row]?.type ?? "", layers[layer]?.type]
    return type.startsWith(printed) || (!/^[A-Z]/.test(printed) && type.endsWith(printed))
  }
  const best = measured.map(() => new Array<number>(layers.length + 1).fill(0))
  best.push(new Array<number>(layers.length + 1).fill(0))
  const at = (row: number, layer: number): number => best[row]?.[layer] ?? 0
  for (let row = measured.length - 1; row >= 0; row--)
    for (let layer = layers.length - 1; layer >= 0; layer--)
      (best[row] as number[])[layer] = agrees(row, layer) ? at(row + 1, layer + 1) + 1 : Math.max(at(row + 1, layer), at(row, layer + 1))
  const found: (LayerSummary | undefined)[] = []
  for (let row = 0, layer = 0; row < measured.length; row++) {
    while (layer < layers.length && !agrees(row, layer) && at(row, layer + 1) >= at(row + 1, layer)) layer++
    found.push(agrees(row, layer) ? layers[layer++] : undefined)
  }
  return found
}

/** Keras and TensorFlow.js print no layers of layers. */
function topLevel(layers: readonly LayerSummary[]): readonly LayerSummary[] {
  const paths = new Set(layers.map(({ path }) => path))
  return layers.filter(({ path }) => !path.split(".").some((_, index, parts) => index > 0 && paths.has(parts.slice(0, index).join("."))))
}

/** Keras and TensorFlow.js print a layer with the weights of its parts. */
function withParts(layer: LayerSummary, layers: readonly LayerSummary[]): LayerSummary {
  const parts = layers.filter(({ path }) => path.startsWith(`${layer.path}.`))
  const counts = [layer, ...parts].map(({ parameters }) => numberOf(parameters))
  return { ...layer, parameters: counts.includes(undefined) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) }
}

function rowVerdict(layer: LayerSummary | undefined, row: LayerRecord, isRun: boolean, isOpen: boolean): "exact" | "wrong" | "unknown" {
  if (!layer) return "unknown"
  const parts = [sizeVerdict(layer.parameters, row.params)]
  if (isRun && !isOpen) parts.push(sizeVerdict(layer.macs, row.macs), rowShape(layer.output, row.output_shape))
  else if (!isRun) parts.push("unknown")
  return worst(parts) as "exact" | "wrong" | "unknown"
}

function rowShape(got: LayerSummary["output"], measured: ShapeTree): Verdict {
  const [first] = shapesIn(measured)
  return first ? shapeVerdict(got, first.shape) : "-"
}
