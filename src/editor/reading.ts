/** Reads files for the server, through the editor, so that every file system is one: only below the folders it was told of. */
import * as vscode from "vscode"
import type { EntryKind, FoundFiles, WantedFiles } from "./protocol.ts"
import { MAXIMUM_BYTES } from "./supplier.ts"
import { uriOf, virtualPath } from "./uris.ts"

/** A file system that does not answer has nothing, after so many milliseconds. */
const PATIENCE = 20_000

/** `roots` are URIs; whoever asks for anything else gets nothing. */
export async function readWanted({ texts, folders }: WantedFiles, roots: readonly string[]): Promise<FoundFiles> {
  const allowed = roots.map(virtualPath)
  const isAllowed = (uri: string) => allowed.some((root) => uri === root || uri.startsWith(`${root}/`)) && !/(^|\/)\.\.?(\/|$)/.test(uri)
  const look = async <T>(uri: string, body: (uri: vscode.Uri) => PromiseLike<T>, nothing: T): Promise<readonly [string, T]> => [
    uri,
    isAllowed(uri) ? await inTime(body(vscode.Uri.parse(uriOf(uri), true)), nothing) : nothing,
  ]
  const [foundTexts, foundFolders] = await Promise.all([
    Promise.all(texts.map((uri) => look(uri, textOf, null))),
    Promise.all(folders.map((uri) => look(uri, entriesOf, []))),
  ])
  return { texts: foundTexts, folders: foundFolders }
}

async function inTime<T>(found: PromiseLike<T>, nothing: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(nothing), PATIENCE)
  })
  const read = Promise.resolve(found).catch(() => nothing)
  return Promise.race([read, late]).finally(() => clearTimeout(timer))
}

/** Null where it is data. */
export async function textOf(uri: vscode.Uri): Promise<string | null> {
  const { size } = await vscode.workspace.fs.stat(uri)
  if (size > MAXIMUM_BYTES) return null
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))
  return text.includes("\0") ? null : text
}

export async function entriesOf(uri: vscode.Uri): Promise<(readonly [name: string, kind: EntryKind])[]> {
  const entries = await vscode.workspace.fs.readDirectory(uri)
  return entries.map(([name, type]) => [name, KINDS.get(type) ?? "other"])
}

// Links may lead in circles, and out of the folders.
const KINDS = new Map<vscode.FileType, EntryKind>([
  [vscode.FileType.File, "file"],
  [vscode.FileType.Directory, "folder"],
])
