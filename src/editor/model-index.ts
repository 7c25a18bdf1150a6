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

interface Work {
  readonly sources: Sources
  readonly told: () => void
  readonly files: Map<string, FileModels>
  readonly queue: Set<string>
  readonly omitted: Set<string>
  state: ModelIndex["state"]
  progress: Progress | undefined
  /** Who began before the last stop or refresh has nothing to say any more. */
  run: number
}

export function openModelIndex(sources: Sources, told: () => void): ModelIndex {
  const files = new Map<string, FileModels>()
  const work: Work = { sources, told, files, queue: new Set(), omitted: new Set(), state: "new", progress: undefined, run: 0 }
  const importersOf = (uri: string): string[] => [...files].filter(([, { imports }]) => imports.includes(uri)).map(([name]) => name)
  return {
    files,
    get state() {
      return work.state
    },
    get progress() {
      return work.progress
    },
    get omitted() {
      return work.omitted.size
    },
    refresh: () => refresh(work),
    changed: (uri) => again(work, [uri, ...importersOf(uri)]),
    async deleted(uri) {
      const gone = [...files.keys()].filter((name) => name === uri || name.startsWith(`${uri}/`))
      for (const name of gone) files.delete(name)
      for (const name of gone) work.queue.delete(name)
      await again(work, new Set(gone.flatMap(importersOf)))
    },
    stop() {
      if (work.state !== "running") return
      work.run++
      work.queue.clear()
      end(work, "stopped")
    },
  }
}

function begin(work: Work, first: Progress): number {
  work.state = "running"
  work.progress = first
  work.told()
  return ++work.run
}

function end(work: Work, outcome: "stopped" | "complete"): void {
  work.state = outcome
  work.progress = undefined
  work.told()
}

async function refresh(work: Work): Promise<void> {
  const { sources, files, queue, omitted } = work
  const mine = begin(work, { done: 0, total: undefined })
  for (const known of [files, queue, omitted]) known.clear()
  const isStopped = () => mine !== work.run
  const candidates = await candidatesIn(sources, await sources.list(isStopped), isStopped)
  if (isStopped()) return
  candidates.forEach((uri, index) => (index < sources.limit() ? queue : omitted).add(uri))
  await lookAtAll(work, mine, "complete")
}

async function candidatesIn({ read }: Sources, uris: readonly string[], isStopped: () => boolean): Promise<string[]> {
  const found: string[] = []
  for (const uri of uris) {
    if (isStopped()) break
    const text = await read(uri)
    if (text !== undefined && mayHoldModels(uri, text)) found.push(uri)
  }
  return found
}

async function lookAtAll(work: Work, mine: number, outcome: "stopped" | "complete"): Promise<void> {
  const { queue, files } = work
  let done = 0
  // A set that grows while it is walked through goes on with what was added.
  for (const uri of queue) {
    work.progress = { done, total: done + queue.size }
    work.told()
    // It may change again while it is looked at.
    queue.delete(uri)
    const found = await lookAt(work.sources, uri)
    if (mine !== work.run) return
    if (found) files.set(uri, found)
    else files.delete(uri)
    done++
  }
  end(work, outcome)
}

async function lookAt({ read, models }: Sources, uri: string): Promise<FileModels | null> {
  const text = await read(uri)
  if (text === undefined || !mayHoldModels(uri, text)) return null
  for (let attempt = 1; ; attempt++) {
    const found = await models(uri, text)
    if (!found?.isPending || attempt === ATTEMPTS) return found
  }
}

/** Files that are still being listed are read later; once somebody stopped it, only what is shown is kept right. */
async function again(work: Work, uris: Iterable<string>): Promise<void> {
  const { state, progress, files, queue, omitted, sources } = work
  if (state === "new" || (progress && progress.total === undefined)) return
  for (const uri of uris) {
    const isNew = !files.has(uri) && !queue.has(uri)
    if (isNew && state === "stopped") continue
    if (isNew && files.size + queue.size >= sources.limit()) omitted.add(uri)
    else queue.add(uri)
  }
  if (state === "running" || queue.size === 0) work.told()
  else await lookAtAll(work, begin(work, { done: 0, total: queue.size }), state)
}
