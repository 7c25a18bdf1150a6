/** The command line's host: reads the disk below the folders it was given, and nowhere else. */
import { readFileSync, statSync } from "node:fs"
import { dirname, relative, resolve, sep } from "node:path"
import type { Budget, FileText, Host } from "../text/host.ts"

/** Larger sources are generated data, not model code. */
export const MAXIMUM_BYTES = 5_000_000

const ABSENT: FileText = { state: "absent" }

/** `allowed` are the folders below which files may be read; `onRead` is told of every text that is handed out. */
export function diskHost(allowed: readonly string[], importRoots: readonly string[], onRead: () => void): Host {
  const known = new Map<string, FileText>()
  return {
    importRoots,
    readFile(path) {
      const found = known.get(path)
      if (found) return found
      const answer = isBelow(path, allowed) ? readText(path) : ABSENT
      if (answer.state === "text") onRead()
      known.set(path, answer)
      return answer
    },
    isFolder: (path) => isBelow(path, allowed) && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
  }
}

const isBelow = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => {
    const way = relative(folder, path)
    return way !== "" && !way.startsWith("..") && !resolve(way).startsWith(`..${sep}`)
  })

function readText(path: string): FileText {
  try {
    const { size } = statSync(path)
    return size > MAXIMUM_BYTES ? ABSENT : { state: "text", text: readFileSync(path, "utf8") }
  } catch {
    return ABSENT
  }
}

/** Folders that the named file brings along: its own, and that of its outermost package. */
export function foldersOf(file: string): string[] {
  let folder = dirname(file)
  while (readText(`${folder}/__init__.py`).state === "text" && dirname(folder) !== folder) folder = dirname(folder)
  return [folder]
}

/** On a machine that is busy with other things, an analysis may last so many times its limit. */
const MAXIMUM_WAITING = 3

/** Time for one analysis: so much for each file it reads, from now. Time that other programs have taken does not count. */
export function clockBudget(seconds: number, fuel: number): Budget & { extend(): void } {
  const start = Date.now()
  const before = process.cpuUsage()
  let limit = seconds * 1000
  const elapsed = (): number => {
    const passed = Date.now() - start
    if (passed < limit / 2) return passed
    const { user, system } = process.cpuUsage(before)
    return Math.max(passed / MAXIMUM_WAITING, Math.min(passed, (user + system) / 1000))
  }
  return {
    fuel,
    spent: () => elapsed() / limit,
    cancelled: () => elapsed() > limit,
    extend() {
      limit += seconds * 1000
    },
  }
}
