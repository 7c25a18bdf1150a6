/** The measured truth: what public models are when they are executed, as committed numbers. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"

/** `"[2,3,32,32]:float32"`, nested like the value it describes; null is None, or nothing recorded. */
export type ShapeTree = string | number | boolean | null | readonly ShapeTree[] | { readonly [key: string]: ShapeTree }

interface Origin {
  readonly id: string
  readonly repo: string
  readonly commit: string
  /** a public copy of the repository, where the recorded one is gone */
  readonly fetched_as?: string
  readonly path: string
  /** where the code lies that a table names: owner+name/folder */
  readonly code?: string
}

export interface LayerRecord {
  readonly name: string
  readonly type: string
  readonly params: number
  readonly output_shape: ShapeTree
  readonly macs?: number | undefined
}

export interface ModelRecord extends Origin {
  readonly entry: string
  readonly source: string
  readonly framework: string
  readonly kind?: string
  readonly mode?: string
  readonly note?: string
  /** expressions whose values the entry uses */
  readonly setup?: readonly string[]
  /** the Python block of README.md that the entry stands in, from 0 */
  readonly readme_block?: number
  readonly model_name?: string
  readonly input_shapes: readonly ShapeTree[] | null
  readonly default_input_size?: readonly number[]
  readonly output_shapes: ShapeTree
  readonly params_total: number | null
  readonly params_millions?: number
  readonly params_precision?: string
  readonly params_trainable: number | null
  readonly buffers_total?: number | null
  readonly macs?: number | null
  readonly gmacs_published?: number
  readonly macs_precision?: string
  readonly per_layer?: readonly LayerRecord[]
}

export interface ProgramRecord extends Origin {
  readonly ok: boolean
  readonly module_var?: string
  readonly module_class?: string
  readonly inputs?: readonly string[]
  readonly code_sha256: string
  readonly error?: string
  /** lines of the program that the traceback names, outermost first */
  readonly lines?: readonly number[]
}

const readLines = (name: string): unknown[] =>
  gunzipSync(readFileSync(join(import.meta.dirname, name)))
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))

export const readModels = (): ModelRecord[] => {
  const again = new Map((readLines("measured_again.jsonl.gz") as MeasuredAgain[]).map((each) => [each.id, each]))
  return (readLines("models.jsonl.gz") as ModelRecord[]).map((record) => corrected(record, again.get(record.id)))
}

/**
 * What measure_again.py found to differ when the same commit was executed under a current torch: code that asks what torch can do takes
 * another way there than under 1.13, and some published figures are those of older code. A row of null was not called.
 */
interface MeasuredAgain {
  readonly id: string
  readonly by: string
  readonly params_total?: number
  readonly buffers_total?: number
  readonly macs?: number
  readonly rows?: Readonly<Record<string, { readonly macs: number } | null>>
}

function corrected(record: ModelRecord, again: MeasuredAgain | undefined): ModelRecord {
  if (!again) return record
  const { params_total, buffers_total, macs, rows = {} } = again
  const per_layer = record.per_layer?.map((row): LayerRecord => {
    const now = rows[row.name]
    return now === undefined ? row : now === null ? { ...row, output_shape: null, macs: 0 } : { ...row, ...now }
  })
  return {
    ...record,
    ...(params_total !== undefined && { params_total }),
    ...(buffers_total !== undefined && { buffers_total }),
    ...(macs !== undefined && { macs }),
    ...(per_layer && { per_layer }),
  }
}

export const readPrograms = (): ProgramRecord[] => readLines("programs.jsonl.gz") as ProgramRecord[]

/** The shapes in a tree, in order, as the command line flattens outputs: what is None leaves nothing. */
export function shapesIn(tree: ShapeTree): { readonly shape: readonly (number | null)[]; readonly dtype: string | undefined }[] {
  if (typeof tree === "string") return textShape(tree)
  if (Array.isArray(tree)) return tree.flatMap(shapesIn)
  return tree && typeof tree === "object" ? Object.values(tree).flatMap(shapesIn) : []
}

/** `[2,3]:int64` of torch, `(None, 32)` and lists of such in what Keras prints. */
function textShape(text: string): { shape: (number | null)[]; dtype: string | undefined }[] {
  return [...text.matchAll(/[[(]([\d, ]*(?:(?:null|None)[\d, ]*)*)[\])](?::(\w+))?/g)].map(([, sizes = "", dtype]) => ({
    shape: sizes
      .split(",")
      .map((size) => size.trim())
      .filter(Boolean)
      .map((size) => (/^\d+$/.test(size) ? Number(size) : null)),
    dtype,
  }))
}
