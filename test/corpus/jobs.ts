/** Records of the truth as jobs of `layerscope summary --batch`. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { settingsFor } from "./settings.ts"
import type { ModelRecord, ShapeTree } from "./truth.ts"

export interface Job {
  readonly id: string
  readonly file: string
  readonly entry?: string
  readonly inputs: readonly string[]
  readonly path: readonly string[]
}

export interface Planned {
  readonly job: Job
  /** false where the recorded inputs cannot be written as a job: then only what does not depend on them is compared */
  readonly hasInputs: boolean
}

/** A text says why the record cannot be replayed. */
export function jobFor(record: ModelRecord, folder: string): Planned | string {
  const file = join(folder, record.path)
  if (!existsSync(file)) return "the file is not in the repository"
  if (/\.(md|csv)$/.test(record.path) && record.framework !== "pytorch") return "published in a table, without a file that builds it"
  const inputs = inputsOf(record)
  const entry = entryOf(record)
  return {
    job: {
      id: record.id,
      // Result tables name models of the package beside them.
      file: file.endsWith(".csv") ? join(folder, "timm/__init__.py") : file,
      ...(entry !== undefined && { entry }),
      inputs: inputs ?? [],
      path: [folder],
    },
    hasInputs: inputs !== undefined,
  }
}

/** Entries such as "model in trainModel" tell where a model is made; the file is then looked through as a whole. */
export const isExpression = (entry: string): boolean => !/^model (in|")/.test(entry)

/** Names that the entry reads and no file defines become parameters of a function around it. */
function entryOf(record: ModelRecord): string | undefined {
  if (!isExpression(record.entry)) return undefined
  const settings = settingsFor(record)
  if (settings.length === 0) return record.entry
  return `(lambda ${settings.map(([name]) => name).join(", ")}: ${record.entry})(${settings.map(([, value]) => value).join(", ")})`
}

/** What `--input` can say; undefined when it cannot. */
function inputsOf({ input_shapes, default_input_size, framework }: ModelRecord): readonly string[] | undefined {
  // Keras and TensorFlow.js models know their inputs.
  if (framework !== "pytorch") return []
  const shapes = input_shapes ?? (default_input_size ? [`[1,${default_input_size.join(",")}]:float32`] : [])
  return shapes.every(isTensor) ? (shapes as string[]) : undefined
}

const isTensor = (shape: ShapeTree): boolean => typeof shape === "string" && /^\[[\d,]*\]:\w+$/.test(shape)
