/** A file system that is nowhere but in memory: what a window on the web opens instead of a folder of this machine. */

const vscode = require("vscode")

const files = new Map()
const folders = new Set([""])
const changes = new vscode.EventEmitter()

const parentOf = (path) => path.slice(0, path.lastIndexOf("/"))
const pathOf = (uri) => uri.path.replace(/\/$/, "")
const tell = (type, uri) => changes.fire([{ type, uri }])

function add(path, bytes) {
  files.set(path, { bytes, changed: Date.now() })
  for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) folders.add(folder)
}

function entry(uri) {
  const found = files.get(pathOf(uri))
  if (!found) throw vscode.FileSystemError.FileNotFound(uri)
  return found
}

function below(path) {
  const names = new Map()
  for (const folder of folders) if (folder !== "" && parentOf(folder) === path) names.set(folder.slice(path.length + 1), vscode.FileType.Directory)
  for (const file of files.keys()) if (parentOf(file) === path) names.set(file.slice(path.length + 1), vscode.FileType.File)
  return [...names]
}

const provider = {
  onDidChangeFile: changes.event,
  watch: () => new vscode.Disposable(() => {}),
  stat(uri) {
    if (folders.has(pathOf(uri))) return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }
    const { bytes, changed } = entry(uri)
    return { type: vscode.FileType.File, ctime: 0, mtime: changed, size: bytes.length }
  },
  readDirectory(uri) {
    if (!folders.has(pathOf(uri))) throw vscode.FileSystemError.FileNotFound(uri)
    return below(pathOf(uri))
  },
  readFile: (uri) => entry(uri).bytes,
  writeFile(uri, bytes) {
    const isNew = !files.has(pathOf(uri))
    add(pathOf(uri), bytes)
    tell(isNew ? vscode.FileChangeType.Created : vscode.FileChangeType.Changed, uri)
  },
  createDirectory: (uri) => void folders.add(pathOf(uri)),
  delete(uri) {
    const path = pathOf(uri)
    for (const each of [...files.keys()]) if (each === path || each.startsWith(`${path}/`)) files.delete(each)
    for (const each of [...folders]) if (each === path || each.startsWith(`${path}/`)) folders.delete(each)
    tell(vscode.FileChangeType.Deleted, uri)
  },
  rename(from, to) {
    add(pathOf(to), entry(from).bytes)
    files.delete(pathOf(from))
    tell(vscode.FileChangeType.Deleted, from)
    tell(vscode.FileChangeType.Created, to)
  },
}

exports.activate = async (context) => {
  const answer = await fetch(context.extensionUri.with({ path: "/files.json" }).toString(true))
  for (const [path, text] of Object.entries(await answer.json())) add(path, new TextEncoder().encode(text))
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider("memory", provider, { isCaseSensitive: true }),
    vscode.workspace.registerNotebookSerializer("jupyter-notebook", serializer),
  )
}

const KINDS = { code: vscode.NotebookCellKind.Code, markdown: vscode.NotebookCellKind.Markup }

/** Notebooks are read by an extension that this build leaves out of the browser. */
const serializer = {
  deserializeNotebook(content) {
    const { cells } = JSON.parse(new TextDecoder().decode(content))
    const textOf = (source) => (Array.isArray(source) ? source.join("") : source)
    const cellOf = ({ cell_type, source }) =>
      new vscode.NotebookCellData(KINDS[cell_type] ?? KINDS.markdown, textOf(source), cell_type === "code" ? "python" : "markdown")
    return new vscode.NotebookData(cells.map(cellOf))
  },
  serializeNotebook: () => new Uint8Array(),
}
