/** Files that only the editor can read: what is not known yet is pending, and noted to be asked for. */
import type { FileText } from "../text/host.ts"
import type { EntryKind, FoundFiles, WantedFiles } from "./protocol.ts"
import { ABSENT, type Supplier } from "./supplier.ts"
import { uriOf, virtualPath } from "./uris.ts"

const PENDING: FileText = { state: "pending" }

/** More folders than these are not asked for, whatever is imported. */
const MAXIMUM_FOLDERS = 2000

export interface Asked extends Supplier {
  wanted(): WantedFiles | undefined
  supply(found: FoundFiles): void
}

type Listing = ReadonlyMap<string, EntryKind>

/** Folders are listed on the way to a file: what a list lacks is absent without another question. */
export function openAsked(allowed: readonly string[]): Asked {
  const texts = new Map<string, FileText>()
  const listings = new Map<string, Listing>()
  const wantedTexts = new Set<string>()
  const wantedFolders = new Set<string>()
  const roots = allowed.map(spelled)
  const want = (wanted: Set<string>, path: string): "pending" => {
    wanted.add(path)
    return "pending"
  }
  const kindOf = (path: string): EntryKind | "absent" | "pending" => {
    const root = roots.filter((folder) => path.startsWith(`${folder}/`)).reduce(longer, "")
    const parts = root === "" ? [] : path.slice(root.length + 1).split("/")
    let kind: EntryKind | undefined
    for (let depth = 0; depth < parts.length; depth++) {
      const folder = [root, ...parts.slice(0, depth)].join("/")
      const listing = listings.get(folder)
      if (!listing) return listings.size < MAXIMUM_FOLDERS ? want(wantedFolders, folder) : "absent"
      kind = listing.get(parts[depth] as string)
      if (kind !== "folder" && depth < parts.length - 1) return "absent"
    }
    return kind ?? "absent"
  }
  return {
    read(path) {
      const at = spelled(path)
      const kind = kindOf(at)
      if (kind === "file" && !texts.has(at)) want(wantedTexts, at)
      return kind === "file" ? (texts.get(at) ?? PENDING) : kind === "pending" ? PENDING : ABSENT
    },
    isFolder(path) {
      const at = spelled(path)
      const kind = roots.includes(at) ? "folder" : kindOf(at)
      return kind === "pending" ? "pending" : kind === "folder"
    },
    forget(paths) {
      for (const path of paths.map(spelled)) {
        texts.delete(path)
        listings.delete(path.slice(0, path.lastIndexOf("/")))
      }
    },
    wanted() {
      if (wantedTexts.size + wantedFolders.size === 0) return undefined
      const wanted = { texts: [...wantedTexts], folders: [...wantedFolders] }
      for (const set of [wantedTexts, wantedFolders]) set.clear()
      return wanted
    },
    supply({ texts: found, folders }) {
      for (const [path, text] of found) texts.set(path, text === null ? ABSENT : { state: "text", text })
      for (const [path, entries] of folders) listings.set(path, listed(entries))
    },
  }
}

const listed = (entries: FoundFiles["folders"][number][1]): Listing =>
  new Map(entries.map(([name, kind]) => [encodeURIComponent(name), kind]))

/** Each part of a way is written as in a URI, in both kinds of paths. */
function spelled(path: string): string {
  const way = path.split("/").reduce<string[]>((parts, part) => {
    if (part === "..") parts.pop()
    else if (part !== ".") parts.push(part)
    return parts
  }, [])
  return virtualPath(uriOf(way.join("/")))
}

const longer = (one: string, other: string): string => (other.length > one.length ? other : one)
