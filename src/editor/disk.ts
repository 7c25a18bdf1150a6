/** The editor's host: reads below the workspace's folders and the import paths, open documents before the disk. */
import { readFileSync, realpathSync, statSync } from "node:fs"
import { relative, sep } from "node:path"
import type { FileText, Host } from "../text/host.ts"

/** Larger sources are generated data, not model code. */
const MAXIMUM_BYTES = 5_000_000

const ABSENT: FileText = { state: "absent" }

export interface Disk extends Host {
  /** Forgets what was read; the next look goes to the disk. */
  forget(paths?: readonly string[]): void
  /** An open document's text stands for its file; undefined when it was closed. */
  overlay(path: string, text: string | undefined): void
}

/** `folders` are roots of imports and the only places that are read. */
export function openDisk(folders: readonly string[], importPaths: readonly string[]): Disk {
  const known = new Map<string, FileText>()
  const open = new Map<string, string>()
  const allowed = [...folders, ...importPaths]
  return {
    importRoots: [...folders, ...importPaths].map(slashed),
    readFile(path) {
      const text = open.get(path)
      if (text !== undefined) return { state: "text", text }
      const found = known.get(path) ?? (isBelow(path, allowed) ? readText(path, allowed) : ABSENT)
      known.set(path, found)
      return found
    },
    isFolder: (path) => isBelow(path, allowed) && isFolderWithin(path, allowed),
    forget(paths) {
      if (paths) for (const path of paths) known.delete(path)
      else known.clear()
    },
    overlay(path, text) {
      if (text === undefined) open.delete(path)
      else open.set(path, text)
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

const slashed = (path: string): string => path.replaceAll("\\", "/")
