/** Between the editor's URIs and the paths that analysis reads. */

/** Documents of these are in no folder. */
const WITHOUT_FOLDER = /^(untitled|vscode-notebook-cell|vscode-interactive-input):/

const isUri = (text: string): boolean => /^[a-z][\w+.-]+:/i.test(text)

/** Whether a path is one of a file system that only the editor can read: those keep their scheme, "memfs:/project/model.py". */
export const isVirtual = (path: string): boolean => isUri(path)

/** A path with forward slashes; documents in no folder get a name of their own that is no file's. */
export function pathOf(uri: string): string {
  if (uri.startsWith("file://")) return decodeURIComponent(uri.slice("file://".length)).replace(/^\/(?=[A-Za-z]:)/, "")
  if (WITHOUT_FOLDER.test(uri)) return `/untitled/${uri.replace(/[^\w.-]+/g, "-")}`
  return virtualPath(uri)
}

/** One spelling for each file, whoever wrote it: an import may name what URIs write with percent signs. */
export function virtualPath(uri: string): string {
  const [, start = "", path = ""] = /^([^:]+:(?:\/\/[^/]*)?)(.*)$/s.exec(uri) ?? []
  return start + path.replace(/\/$/, "").split("/").map(respelled).join("/")
}

function respelled(part: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(part))
  } catch {
    return encodeURIComponent(part)
  }
}

/** Files of libraries are known by path, open documents by URI already. */
export function uriOf(pathOrUri: string): string {
  if (isUri(pathOrUri)) return /^[^:]+:(\/\/[^/]*)?$/.test(pathOrUri) ? `${pathOrUri}/` : pathOrUri
  const path = pathOrUri.replaceAll("\\", "/")
  return `file://${path.startsWith("/") ? "" : "/"}${path.split("/").map(encodeURIComponent).join("/").replace("%3A", ":")}`
}
