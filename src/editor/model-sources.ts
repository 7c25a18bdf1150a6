/** The workspace's files for the list of models, read through the editor, so that it works wherever the editor does. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import { type Folder, findFiles, isLookedAt, isModelFile } from "./model-files.ts"
import type { ModelIndex, Sources } from "./model-index.ts"
import { entriesOf, textOf } from "./reading.ts"

/** Several files often change at once. */
const PAUSE = 500

/** `token` is that of the present run. */
export function workspaceSources(client: Promise<Client>, token: () => vscode.CancellationToken): Sources {
  return {
    list: (isStopped) => findFiles(folders(), (uri) => entriesOf(vscode.Uri.parse(uri)), isStopped),
    read: (uri) =>
      textOf(vscode.Uri.parse(uri)).then(
        (text) => text ?? undefined,
        () => undefined,
      ),
    models: async (uri, text) =>
      (await client).request("layerscope/models", { uri, text }, token()).then(
        (found) => found && { ...found, imports: found.imports.map(asNamed) },
        () => null,
      ),
    limit: () => vscode.workspace.getConfiguration("layerscope").get("models.fileLimit", 500),
  }
}

/** A URI as VS Code writes it. */
const asNamed = (uri: string): string => vscode.Uri.parse(uri).toString()

const folders = (): Folder[] =>
  (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => ({ uri: uri.toString().replace(/\/$/, ""), excluded: excludedIn(uri) }))

function excludedIn(uri: vscode.Uri): string[] {
  const excluded = vscode.workspace.getConfiguration("files", uri).get<Record<string, unknown>>("exclude", {})
  return Object.keys(excluded).filter((glob) => excluded[glob] === true)
}

/** Tells the index what happens to the files, whoever does it. */
export function followFiles(index: ModelIndex): vscode.Disposable {
  const watcher = vscode.workspace.createFileSystemWatcher("**/*.{py,ipynb,js,mjs,cjs,jsx,ts,mts,cts,tsx}")
  const waiting = new Map<string, vscode.Uri>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = () => {
    for (const uri of [...waiting.keys()]) void index.changed(uri)
    waiting.clear()
  }
  const changed = (uri: vscode.Uri) => {
    if (!isOurs(uri)) return
    waiting.set(uri.toString(), uri)
    clearTimeout(timer)
    timer = setTimeout(tell, PAUSE)
  }
  const deleted = (uri: vscode.Uri) => void index.deleted(uri.toString())
  return vscode.Disposable.from(
    watcher,
    { dispose: () => clearTimeout(timer) },
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(deleted),
    // Not every file system is watched.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => changed(uri)),
    vscode.workspace.onDidSaveNotebookDocument(({ uri }) => changed(uri)),
    vscode.workspace.onDidCreateFiles(({ files }) => files.forEach(changed)),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach(deleted)),
    vscode.workspace.onDidRenameFiles(({ files }) => {
      for (const { oldUri, newUri } of files) {
        deleted(oldUri)
        changed(newUri)
      }
    }),
  )
}

function isOurs(uri: vscode.Uri): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(uri)
  if (!folder || !isModelFile(uri.path)) return false
  return isLookedAt(uri.path.slice(folder.uri.path.replace(/\/$/, "").length + 1), excludedIn(folder.uri))
}
