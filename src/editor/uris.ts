/** Between the editor's URIs and the paths that analysis reads. */

/** A path with forward slashes; untitled and remote documents get a name of their own that is no file's. */
export function pathOf(uri: string): string {
  if (!uri.startsWith("file://")) return `/untitled/${uri.replace(/[^\w.-]+/g, "-")}`
  return decodeURIComponent(uri.slice("file://".length)).replace(/^\/(?=[A-Za-z]:)/, "")
}

/** Files of libraries are known by path, open documents by URI already. */
export function uriOf(pathOrUri: string): string {
  if (/^[a-z][\w+.-]+:/i.test(pathOrUri) && !/^[A-Za-z]:[\\/]/.test(pathOrUri)) return pathOrUri
  const path = pathOrUri.replaceAll("\\", "/")
  return `file://${path.startsWith("/") ? "" : "/"}${path.split("/").map(encodeURIComponent).join("/").replace("%3A", ":")}`
}
