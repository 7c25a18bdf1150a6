/** Which files of a workspace may hold models: a walk through its folders with bounds, the nearest first. */

export type Entry = readonly [name: string, kind: "file" | "folder" | "other"]

export interface Folder {
  readonly uri: string
  /** what `files.exclude` says there */
  readonly excluded: readonly string[]
}

/** More folders than these are not opened. */
const FOLDER_LIMIT = 5000
/** More files than these are not read. */
const FILE_LIMIT = 20_000

/** What others made, or tools; folders with a dot in front are left out as well. */
const SKIPPED = /^(\..*|node_modules|bower_components|site-packages|dist-packages|__pycache__|venv|dist|build|out)$/i

/** A folder that holds one of these is an environment with packages. */
const ENVIRONMENTS = new Set(["pyvenv.cfg", "conda-meta"])

/** Python first: most models are there. */
const KINDS = [/\.py$/i, /\.ipynb$/i, /(?<!\.min)\.[mc]?jsx?$/i, /(?<!\.d)\.[mc]?tsx?$/i] as const

const kindOf = (name: string): number => KINDS.findIndex((kind) => kind.test(name))

export const isModelFile = (path: string): boolean => kindOf(path) >= 0

/** Whether a path below a folder of the workspace is one to look at; the walk decides the same step by step. */
export function isLookedAt(path: string, excluded: readonly string[]): boolean {
  const parts = path.split("/")
  const isExcluded = exclusion(excluded)
  return (
    isModelFile(path) && parts.every((part, index) => !isSkipped(part, index, parts) && !isExcluded(parts.slice(0, index + 1).join("/")))
  )
}

const isSkipped = (part: string, index: number, parts: readonly string[]): boolean => index < parts.length - 1 && SKIPPED.test(part)

/** URIs of files, Python's before others. A folder that cannot be read is empty. */
export async function findFiles(
  folders: readonly Folder[],
  read: (uri: string) => Promise<readonly Entry[]>,
  isStopped: () => boolean,
): Promise<string[]> {
  const found: string[][] = KINDS.map(() => [])
  const open = folders.map(({ uri, excluded }) => ({ uri, path: "", isExcluded: exclusion(excluded) }))
  let count = 0
  for (let next = 0; next < open.length && next < FOLDER_LIMIT && count < FILE_LIMIT && !isStopped(); next++) {
    const { uri, path, isExcluded } = open[next] as (typeof open)[number]
    const entries = [...(await read(uri).catch(() => []))].sort(([one], [other]) => (one < other ? -1 : 1))
    if (entries.some(([name]) => ENVIRONMENTS.has(name))) continue
    for (const [name, kind] of entries) {
      const below = { uri: `${uri}/${encodeURIComponent(name)}`, path: path === "" ? name : `${path}/${name}`, isExcluded }
      if (isExcluded(below.path)) continue
      if (kind === "folder" && !SKIPPED.test(name)) open.push(below)
      if (kind === "file" && isModelFile(name) && count++ < FILE_LIMIT) found[kindOf(name)]?.push(below.uri)
    }
  }
  return [...new Set(found.flat())]
}

function exclusion(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.flatMap((glob) => patternOf(glob) ?? [])
  return (path) => patterns.some((pattern) => pattern.test(path))
}

const GLOB_PARTS: readonly (readonly [part: RegExp, meaning: string])[] = [
  [/^\*\*\//, "(?:.*/)?"],
  [/^\/\*\*$/, "(?:/.*)?"],
  [/^\*\*/, ".*"],
  [/^\*/, "[^/]*"],
  [/^\?/, "[^/]"],
  [/^\[!/, "[^"],
  [/^\{/, "(?:"],
  [/^\}/, ")"],
  [/^,(?=[^{]*\})/, "|"],
]

/** A pattern of VS Code's; undefined where it is none we can read. */
function patternOf(glob: string): RegExp | undefined {
  let source = ""
  for (let rest = glob; rest !== ""; ) {
    const [part, meaning] = GLOB_PARTS.find(([known]) => known.test(rest)) ?? []
    const length = part?.exec(rest)?.[0].length ?? 1
    source += meaning ?? rest.slice(0, 1).replace(/[.+^$()|\\]/, "\\$&")
    rest = rest.slice(length)
  }
  try {
    return new RegExp(`^${source}$`)
  } catch {
    return undefined
  }
}

const FRAMEWORKS =
  /torch|keras|tensorflow|tfjs|lightning|transformers|\b(?:tf|nn|timm|models?|modules?|layers?|nets?|networks?)\b|(?:Model|Module|Layer|Net|Block)\b/

/** In JavaScript "module" and "model" are everyday words. */
const FRAMEWORKS_IN_JAVASCRIPT = /tensorflow|tfjs|\btf\b/

/** Whether a text names anything that models are made of. */
export const mayHoldModels = (path: string, text: string): boolean =>
  (/\.(py|ipynb)$/i.test(path) ? FRAMEWORKS : FRAMEWORKS_IN_JAVASCRIPT).test(text)
