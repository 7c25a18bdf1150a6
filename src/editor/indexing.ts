/** Questions on files that nobody has open: in a thread of their own, which rests while the reader does anything and ends when there is nothing more. */
import { languageOf } from "../syntax/parse.ts"
import { type Notebook, placeInNotebook, readNotebook } from "../syntax/notebook.ts"
import { offsetAt, sourceFile } from "../text/source.ts"
import type { Analyst } from "./analyst.ts"
import type { FileModels, PlacedRow, Questions, Settings } from "./protocol.ts"
import { pathOf } from "./uris.ts"

/** The reader is away when nothing was asked for so long, in milliseconds. */
const PAUSE = 400

/** The thread ends when it was asked nothing for so long, in milliseconds; its memory is free then. */
const LINGERING = 20_000

/** One file is looked at at a time. */
const SLOT = 0

/** What an editor says when an answer is no longer wanted. */
interface Cancellation {
  readonly isCancellationRequested: boolean
  onCancellationRequested(listener: () => void): { dispose(): void }
}

export interface Indexing {
  /** The reader's analyst: whatever it is asked makes the looking into other files rest. */
  readonly analyst: Analyst
  /** The models of a file with that text; undefined when it is of no language we read, or was not wanted any more. */
  models(uri: string, text: string, cancellation: Cancellation): Promise<FileModels | undefined>
}

type Look = Omit<Questions["models"]["question"], "slot" | "ticket">

/** A thread that is started when something is asked of it. */
interface Background {
  readonly awake: Analyst | undefined
  wake(): Analyst
  end(): void
  settings: Settings | undefined
}

function openBackground(start: (restarted: () => void) => Analyst): Background {
  let awake: Analyst | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const background: Background = {
    settings: undefined,
    get awake() {
      return awake
    },
    wake() {
      clearTimeout(timer)
      timer = setTimeout(background.end, LINGERING)
      if (awake) return awake
      const tell = () => background.settings && void awake?.ask("settings", background.settings)
      awake = start(tell)
      tell()
      return awake
    },
    end() {
      clearTimeout(timer)
      awake?.stop()
      awake = undefined
    },
  }
  return background
}

/** `start` starts a thread like the reader's; `restarted` is to be called when one that died is there again. */
export function openIndexing(reader: Analyst, start: (restarted: () => void) => Analyst): Indexing {
  const background = openBackground(start)
  let asked = Number.NEGATIVE_INFINITY
  let queue: Promise<unknown> = Promise.resolve()
  const comesFirst = () => {
    asked = performance.now()
    background.awake?.ticket(SLOT)
  }
  const analyst: Analyst = {
    ask(kind, question) {
      comesFirst()
      if (kind === "settings") background.settings = question as Settings
      if (kind === "settings" || kind === "changed") void background.awake?.ask(kind, question)
      return reader.ask(kind, question)
    },
    ticket(slot) {
      comesFirst()
      return reader.ticket(slot)
    },
    stop() {
      background.end()
      reader.stop()
    },
  }
  return {
    analyst,
    async models(uri, text, cancellation) {
      const path = pathOf(uri)
      const language = languageOf(path)
      const notebook = path.endsWith(".ipynb") ? readNotebook(text) : undefined
      if (!language || notebook?.ok === false) return undefined
      const code = notebook?.notebook.text ?? text
      // Two at once would cancel each other.
      const answer = queue.then(() => look(background, { uri, path, language, text: code }, cancellation, () => asked))
      queue = answer.catch(() => undefined)
      const found = await answer
      return found && notebook ? { ...found, rows: inCells(notebook.notebook, found.rows) } : found
    },
  }
}

/** `asked` is when the reader did something last. */
async function look(background: Background, question: Look, cancellation: Cancellation, asked: () => number) {
  const stop = cancellation.onCancellationRequested(() => background.awake?.ticket(SLOT))
  try {
    for (;;) {
      await quiet(cancellation, asked)
      if (cancellation.isCancellationRequested) return undefined
      const analyst = background.wake()
      const answer = await analyst.ask("models", { ...question, slot: SLOT, ticket: analyst.ticket(SLOT) })
      if (answer !== "cancelled") return answer
    }
  } finally {
    stop.dispose()
  }
}

async function quiet(cancellation: Cancellation, asked: () => number): Promise<void> {
  const left = asked() + PAUSE - performance.now()
  if (left <= 0 || cancellation.isCancellationRequested) return
  await new Promise((resolve) => setTimeout(resolve, left))
  await quiet(cancellation, asked)
}

/** Rows of a notebook stand in one of its cells. */
function inCells(notebook: Notebook, rows: readonly PlacedRow[]): PlacedRow[] {
  const whole = sourceFile("", "python", notebook.text)
  return rows.map((row) => {
    const offset = offsetAt(whole, row.at)
    const place = placeInNotebook(notebook, offset)
    if (!place) return row
    const start = offset - place.offset
    const lines = notebook.text.slice(start, offset).split("\n")
    return { ...row, cell: place.cell, at: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } }
  })
}
