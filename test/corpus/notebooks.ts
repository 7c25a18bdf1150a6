/** Notebooks that hold the code of a measured file: what was measured there holds for them as well. */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { folderOf } from "./repositories.ts"
import type { ModelRecord } from "./truth.ts"

/** Where the notebook of a file lies, by the file's path. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  // keras-io writes a notebook for every example and guide.
  [/^(.*\/)?([^/]+)\.py$/, "$1ipynb/$2.ipynb"],
  [/^pkg\/llms_from_scratch\/(ch\d+)\.py$/, "$1/01_main-chapter-code/$1.ipynb"],
]

/** The records of files that stand in a notebook, too, as records of the notebook. */
export function notebookRecords(root: string, records: readonly ModelRecord[]): ModelRecord[] {
  return records.flatMap((record) => {
    const folder = folderOf(root, record)
    const paths = PLACES.filter(([pattern]) => pattern.test(record.path)).map(([pattern, place]) => record.path.replace(pattern, place))
    const path = folder === undefined ? undefined : paths.find((each) => existsSync(join(folder, each)))
    return path === undefined ? [] : [{ ...record, id: `${record.id} (notebook)`, path }]
  })
}
