/** The only door to disk: a host answers texts by path, and analysis never looks elsewhere. */

/** Text, `absent`, or `pending`: the host is fetching it, and the pass is to be run again when it has come. */
export type FileText = { state: "text"; text: string } | { state: "absent" } | { state: "pending" }

export interface Host {
  /** Reads below the workspace, the interpreter's packages and what the user named; anything else is absent. `path` uses forward slashes. */
  readFile(path: string): FileText
  /** Whether it is a folder below the same places; left out where folders cannot be asked for. */
  isFolder?(path: string): boolean | "pending"
  /** Folders in which absolute imports are looked up, in order: the workspace's roots, `--path`, the interpreter's site-packages. */
  readonly importRoots: readonly string[]
  /** Folders of the workspace, where there may be several: each finds its own modules first. */
  readonly folders?: readonly string[]
}

/** Import roots in the order for a file: those that lie in another folder of the workspace than its own come last. */
export function rootsFor(path: string, roots: readonly string[], folders: readonly string[] = []): readonly string[] {
  const holds = (folder: string, below: string) => below === folder || below.startsWith(`${folder}/`)
  const home = (below: string) =>
    folders.filter((folder) => holds(folder, below)).reduce((longest, folder) => (folder.length > longest.length ? folder : longest), "")
  const own = home(path)
  const isForeign = (root: string) => ![own, ""].includes(home(root)) && !holds(root, path)
  return own === "" || folders.length < 2 ? roots : [...roots.filter((root) => !isForeign(root)), ...roots.filter(isForeign)]
}

/** What bounds an analysis. `cancelled` hides clock and keystroke. */
export interface Budget {
  /** How many evaluation steps are allowed. */
  fuel: number
  cancelled(): boolean
  /** How much of the time is used up, from 0 to 1, where the host limits time. */
  spent?(): number
}

/** A host that knows only the files it is given; for tests and previews. */
export function memoryHost(files: Record<string, string>, importRoots: readonly string[] = ["/"]): Host {
  return {
    importRoots,
    isFolder: (path) => Object.keys(files).some((file) => file.startsWith(`${path}/`)),
    readFile: (path) => (Object.hasOwn(files, path) ? { state: "text", text: files[path] as string } : { state: "absent" }),
  }
}
