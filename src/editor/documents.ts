/** Open documents and notebooks as texts to analyse: debounced, cancelled by the next keystroke, answered when they are settled. */
import type { HintFact } from "../facts/hints.ts"
import type { Language, Range } from "../text/source.ts"
import { type Analyst, slotOf } from "./analyst.ts"

/** A document is analysed when nothing was typed for so long, in milliseconds. */
const IDLE = 120

/** Hints of what is typed are had without a whole analysis where that takes longer than this, in milliseconds. */
const SLOW = 15

/** Whoever asks for facts waits for none of that where analysing takes no longer than this, in milliseconds: editors themselves ask only when typing slows. */
const QUICK = 150

export interface Source {
  readonly uri: string
  readonly path: string
  readonly language: Language
  /** the text as it stands now */
  text(): string
}

interface Entry {
  readonly source: Source
  readonly slot: number
  timer: ReturnType<typeof setTimeout> | undefined
  /** of the newest analysis that was asked for */
  ticket: number
  /** whether the analysis is that of the newest text */
  isSettled: boolean
  /** milliseconds that the last analysis took */
  took: number
  waiting: (() => void)[]
  /** whether somebody was told what could be seen before the newest text was analysed */
  isGlanced: boolean
}

export interface Documents {
  /** Opened, or its text changed. */
  change(source: Source): void
  close(uri: string): void
  /** All are analysed again; resolves when they are. */
  refresh(): Promise<void>
  /** Resolves when the newest text is analysed; false when the document is not open. */
  settled(uri: string): Promise<boolean>
  /** Hints that can be had before that; undefined where it is better to wait. */
  glance(uri: string, range: Range): Promise<readonly HintFact[] | undefined>
}

/** What was to be analysed later is analysed at once. */
const isHurried = ({ timer, took }: Entry): boolean => timer !== undefined && took <= QUICK

const FRESH = { timer: undefined, ticket: 0, isSettled: false, took: 0, isGlanced: false } satisfies Partial<Entry>

async function glanceAt(analyst: Analyst, entry: Entry | undefined, range: Range): Promise<readonly HintFact[] | undefined> {
  if (!entry || entry.isSettled || entry.took <= SLOW) return undefined
  const { source, ticket } = entry
  const { uri, language } = source
  const hints = await analyst.ask("glance", { uri, language, text: source.text(), range })
  if (entry.ticket !== ticket) return undefined
  entry.isGlanced ||= hints !== undefined && !entry.isSettled
  return hints
}

/** `analyzed` is told of every document whose facts are new, and whether somebody was shown what could be seen before. */
export function openDocuments(analyst: Analyst, analyzed: (uri: string, wasGlanced: boolean) => void): Documents {
  const entries = new Map<string, Entry>()
  let count = 0

  function schedule(entry: Entry, delay: number): void {
    entry.ticket = analyst.ticket(entry.slot)
    entry.isSettled = false
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => void submit(entry, entry.ticket), delay)
  }

  async function submit(entry: Entry, ticket: number): Promise<void> {
    const { uri, path, language, text } = entry.source
    clearTimeout(entry.timer)
    entry.timer = undefined
    const start = performance.now()
    const outcome = await analyst.ask("submit", { uri, path, language, text: text(), slot: entry.slot, ticket })
    if (entries.get(uri) !== entry || entry.ticket !== ticket) return
    // Another document that shares the flag may have cancelled it.
    if (outcome === "cancelled") return schedule(entry, IDLE)
    entry.isSettled = true
    entry.took = performance.now() - start
    for (const resolve of entry.waiting.splice(0)) resolve()
    analyzed(uri, entry.isGlanced)
    entry.isGlanced = false
  }

  async function settled(uri: string): Promise<boolean> {
    const entry = entries.get(uri)
    if (!entry || entry.isSettled) return entry !== undefined
    const settling = new Promise<void>((resolve) => entry.waiting.push(resolve))
    if (isHurried(entry)) void submit(entry, entry.ticket)
    await settling
    return entries.has(uri)
  }

  return {
    settled,
    glance: async (uri, range) => glanceAt(analyst, entries.get(uri), range),
    change(source) {
      const known = entries.get(source.uri)
      const entry = known ?? { ...FRESH, source, slot: slotOf(count++), waiting: [] }
      entries.set(source.uri, entry)
      schedule(entry, known ? IDLE : 0)
    },
    close(uri) {
      const entry = entries.get(uri)
      if (!entry) return
      clearTimeout(entry.timer)
      analyst.ticket(entry.slot)
      entries.delete(uri)
      for (const resolve of entry.waiting.splice(0)) resolve()
      void analyst.ask("close", { uri, path: entry.source.path })
    },
    async refresh() {
      for (const entry of entries.values()) schedule(entry, IDLE)
      await Promise.all([...entries.keys()].map(settled))
    },
  }
}
