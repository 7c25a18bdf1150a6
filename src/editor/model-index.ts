/** The models of many files: looked for one file after another, within bounds, until somebody stops it. Only rows are kept. */
import { mayHoldModels } from "./model-files.ts"
import type { FileModels } from "./protocol.ts"

export interface Sources {
  list(isStopped: () => boolean): Promise<readonly string[]>
  /** undefined when it is not there, or too large */
  read(uri: string): Promise<string | undefined>
  models(uri: string, text: string): Promise<FileModels | null>
  /** more files than these are not analysed */
  limit(): number
}

export interface Progress {
  readonly done: number
  /** undefined while files are still listed */
  readonly total: number | undefined
}

export interface ModelIndex {
  readonly files: ReadonlyMap<string, FileModels>
  /** undefined when nothing runs */
  readonly progress: Progress | undefined
  readonly state: "new" | "running" | "stopped" | "complete"
  /** files beyond the limit */
  readonly omitted: number
  /** All is forgotten and looked for again. */
  refresh(): Promise<void>
  /** A file is new or has another text; those that import it follow. */
  changed(uri: string): Promise<void>
  /** A file, or all below a folder, is gone. */
  deleted(uri: string): Promise<void>
  stop(): void
}

/** A file whose imports are still being fetched is looked at so often. */
const ATTEMPTS = 5

export function openModelIndex(sources: Sources, told: () => void): ModelIndex {
  const files = new Map<string, FileModels>()
  const queue = new Set<string>()
  let state: ModelIndex["state"] = "new"
  let progress: Progress | undefined
  const omitted = new Set<string>()
  // Who began before the last stop or refresh has nothing to say any more.
  let run = 0

  async function refresh(): Promise<void> {
    const mine = begin({ done: 0, total: undefined })
    files.clear()
    queue.clear()
    omitted.clear()
    const isStopped = () => mine !== run
    const candidates = await candidatesIn(await sources.list(isStopped), isStopped)
    if (isStopped()) return
    candidates.forEach((uri, index) => (index < sources.limit() ? queue : omitted).add(uri))
    await work(mine)
  }

  async function candidatesIn(uris: readonly string[], isStopped: () => boolean): Promise<string[]> {
    const found: string[] = []
    for (const uri of uris) {
      if (isStopped()) break
      const text = await sources.read(uri)
      if (text !== undefined && mayHoldModels(uri, text)) found.push(uri)
    }
    return found
  }

  function begin(first: Progress): number {
    state = "running"
    progress = first
    told()
    return ++run
  }

  function end(how: "stopped" | "complete"): void {
    state = how
    progress = undefined
    told()
  }

  async function work(mine: number, outcome: "stopped" | "complete" = "complete"): Promise<void> {
    let done = 0
    // A set that grows while it is walked through goes on with what was added.
    for (const uri of queue) {
      progress = { done, total: done + queue.size }
      told()
      // It may change again while it is looked at.
      queue.delete(uri)
      const found = await look(uri)
      if (mine !== run) return
      if (found) files.set(uri, found)
      else files.delete(uri)
      done++
    }
    end(outcome)
  }

  async function look(uri: string): Promise<FileModels | null> {
    const text = await sources.read(uri)
    if (text === undefined || !mayHoldModels(uri, text)) return null
    for (let attempt = 1; ; attempt++) {
      const found = await sources.models(uri, text)
      if (!found?.isPending || attempt === ATTEMPTS) return found
    }
  }

  /** Files that are still being listed are read later; once somebody stopped it, only what is shown is kept right. */
  async function again(uris: Iterable<string>): Promise<void> {
    if (state === "new" || (progress && progress.total === undefined)) return
    for (const uri of uris) {
      const isNew = !files.has(uri) && !queue.has(uri)
      if (isNew && state === "stopped") continue
      if (isNew && files.size + queue.size >= sources.limit()) omitted.add(uri)
      else queue.add(uri)
    }
    if (state === "running" || queue.size === 0) return told()
    const before = state
    await work(begin({ done: 0, total: queue.size }), before)
  }

  const importersOf = (uri: string): string[] => [...files].filter(([, { imports }]) => imports.includes(uri)).map(([name]) => name)

  return {
    files,
    get state() {
      return state
    },
    get progress() {
      return progress
    },
    get omitted() {
      return omitted.size
    },
    refresh,
    changed: (uri) => again([uri, ...importersOf(uri)]),
    async deleted(uri) {
      const gone = [...files.keys()].filter((name) => name === uri || name.startsWith(`${uri}/`))
      for (const name of gone) files.delete(name)
      for (const name of gone) queue.delete(name)
      await again(new Set(gone.flatMap(importersOf)))
    },
    stop() {
      if (state !== "running") return
      run++
      queue.clear()
      end("stopped")
    },
  }
}
