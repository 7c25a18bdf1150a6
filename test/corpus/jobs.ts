/** Records of the truth as jobs of `layerscope summary --batch`. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { settingsFor } from "./settings.ts"
import type { ModelRecord, ShapeTree } from "./truth.ts"

export interface Job {
  readonly id: string
  readonly file?: string
  readonly entry?: string
  readonly inputs: readonly ShapeTree[]
  readonly keywords?: Readonly<Record<string, ShapeTree>>
  readonly path: readonly string[]
}

export interface Planned {
  readonly job: Job
  /** false where the recorded inputs cannot be written as a job: then only what does not depend on them is compared */
  readonly hasInputs: boolean
}

/** A text says why the record cannot be replayed. `packageFolder` holds what a table's entries name; `block` is the program that the entry stands in. */
export function jobFor(
  record: ModelRecord,
  folder: string,
  packageFolder = folder,
  block?: string,
  libraries: readonly string[] = [],
): Planned | string {
  const file = block ?? join(folder, record.path)
  if (!existsSync(file)) return "the file is not in the repository"
  if (file.endsWith(".md") && record.framework !== "keras") return "published in a table, without a file that builds it"
  const inputs = inputsOf(record)
  // The program makes the names itself.
  const entry = block === undefined ? entryOf(record) : record.entry
  return {
    job: {
      id: record.id,
      // Result tables name models of the package beside them; an entry alone names its package.
      ...(file.endsWith(".csv") ? { file: join(folder, "timm/__init__.py") } : file.endsWith(".md") ? {} : { file }),
      ...(entry !== undefined && { entry }),
      ...(inputs ?? { inputs: [] }),
      path: [...new Set([folder, packageFolder, ...libraries])],
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

interface Inputs {
  readonly inputs: readonly ShapeTree[]
  readonly keywords?: Readonly<Record<string, ShapeTree>>
}

/** The recorded call; an object in last place holds its keywords. Undefined where a job cannot say it. */
function inputsOf({ input_shapes, default_input_size, framework }: ModelRecord): Inputs | undefined {
  // Keras and TensorFlow.js models know their inputs.
  if (framework !== "pytorch") return { inputs: [] }
  const shapes = input_shapes ?? (default_input_size ? [`[1,${default_input_size.join(",")}]:float32`] : [])
  if (!shapes.every(isSayable)) return undefined
  const last = shapes.at(-1)
  if (last === null || typeof last !== "object" || Array.isArray(last)) return { inputs: shapes }
  return { inputs: shapes.slice(0, -1), keywords: last as Record<string, ShapeTree> }
}

/** Objects of classes are not. */
function isSayable(shape: ShapeTree): boolean {
  if (Array.isArray(shape)) return shape.every(isSayable)
  if (shape === null || typeof shape !== "object") return typeof shape !== "string" || /^\[[\d,]*\]:\w+$/.test(shape)
  return !("__class__" in shape) && Object.values(shape).every(isSayable)
}
