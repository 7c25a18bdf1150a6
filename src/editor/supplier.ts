/** Who reads files for the editor's host: the disk, or the editor when it is asked. */
import type { FileText } from "../text/host.ts"

/** Larger sources are generated data, not model code. */
export const MAXIMUM_BYTES = 5_000_000

export const ABSENT: FileText = { state: "absent" }

/** Reads files below the folders it was opened for. */
export interface Supplier {
  read(path: string): FileText
  isFolder(path: string): boolean | "pending"
  /** The next look at these is a new one. */
  forget(paths: readonly string[]): void
}
