/** Reads files of this machine, at once. */
import { readFileSync, realpathSync, statSync } from "node:fs"
import { relative, sep } from "node:path"
import type { FileText } from "../text/host.ts"
import { ABSENT, MAXIMUM_BYTES, type Supplier } from "./supplier.ts"

/** Undefined where there is no disk. */
export function openDisk(allowed: readonly string[]): Supplier | undefined {
  const known = new Map<string, FileText>()
  return {
    read(path) {
      const found = known.get(path) ?? (isBelow(path, allowed) ? readText(path, allowed) : ABSENT)
      known.set(path, found)
      return found
    },
    isFolder: (path) => isBelow(path, allowed) && isFolderWithin(path, allowed),
    forget(paths) {
      for (const path of paths) known.delete(path)
    },
  }
}

const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => {
    const way = relative(folder, path)
    return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way)
  })

/** Links that lead out of the folders are not followed. */
function readText(path: string, allowed: readonly string[]): FileText {
  try {
    if (!isBelow(realpathSync(path), allowed.map(realFolder))) return ABSENT
    const information = statSync(path)
    if (!information.isFile() || information.size > MAXIMUM_BYTES) return ABSENT
    const text = readFileSync(path, "utf8")
    return text.includes("\0") ? ABSENT : { state: "text", text }
  } catch {
    return ABSENT
  }
}

function isFolderWithin(path: string, allowed: readonly string[]): boolean {
  try {
    return isBelow(realpathSync(path), allowed.map(realFolder)) && statSync(path).isDirectory()
  } catch {
    return false
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
