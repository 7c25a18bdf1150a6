/** The editor's host: open documents before files, and files from whoever can read them. */
import type { Host } from "../text/host.ts"
import { type Asked, openAsked } from "./asked.ts"
import { openDisk } from "./disk.ts"
import type { FoundFiles, WantedFiles } from "./protocol.ts"
import type { Supplier } from "./supplier.ts"
import { isVirtual, virtualPath } from "./uris.ts"

export interface Files extends Host {
  /** Forgets what was read of these; the next look is a new one. */
  forget(paths: readonly string[]): void
  /** An open document's text stands for its file; undefined when it was closed. */
  overlay(path: string, text: string | undefined): void
  /** What was pending since the last time; undefined when nothing was. */
  wanted(): WantedFiles | undefined
  supply(found: FoundFiles): void
}

/** `folders` are the workspace's; together with the import paths they are roots of imports and the only places that are read. */
export function openFiles(folders: readonly string[], importPaths: readonly string[]): Files {
  const allowed = [...folders, ...importPaths]
  const open = new Map<string, string>()
  const asked: Asked = openAsked(allowed.map(slashed))
  const disk = openDisk(allowed) ?? asked
  const supplierOf = (path: string): Supplier => (isVirtual(path) ? asked : disk)
  const spelled = (path: string): string => (isVirtual(path) ? virtualPath(path) : path)
  return {
    importRoots: allowed.map(slashed),
    folders: folders.map(slashed),
    readFile(path) {
      const text = open.get(spelled(path))
      return text === undefined ? supplierOf(path).read(path) : { state: "text", text }
    },
    isFolder: (path) => supplierOf(path).isFolder(path),
    forget(paths) {
      for (const supplier of new Set([disk, asked])) supplier.forget(paths)
    },
    overlay(path, text) {
      if (text === undefined) open.delete(path)
      else open.set(path, text)
    },
    wanted: asked.wanted,
    supply: asked.supply,
  }
}

const slashed = (path: string): string => path.replaceAll("\\", "/")
