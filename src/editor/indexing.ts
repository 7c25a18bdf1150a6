/** Questions on files that nobody has open: they wait until the reader asks nothing, and give way as soon as he does. */
import { languageOf } from "../syntax/parse.ts"
import { type Notebook, placeInNotebook, readNotebook } from "../syntax/notebook.ts"
import { offsetAt, sourceFile } from "../text/source.ts"
import { type Analyst, INDEX_SLOT } from "./analyst.ts"
import type { FileModels, PlacedRow, Questions } from "./protocol.ts"
import { pathOf } from "./uris.ts"

/** The reader is away when nothing was asked for so long, in milliseconds. */
const PAUSE = 400

/** What an editor says when an answer is no longer wanted. */
interface Cancellation {
  readonly isCancellationRequested: boolean
  onCancellationRequested(listener: () => void): { dispose(): void }
}

export interface Indexing {
  /** The analyst for everything else: whatever it is asked stops the looking into other files. */
  readonly analyst: Analyst
  /** The models of a file with that text; undefined when it is of no language we read, or was not wanted any more. */
  models(uri: string, text: string, cancellation: Cancellation): Promise<FileModels | undefined>
}

export function openIndexing(shared: Analyst): Indexing {
  let asked = Number.NEGATIVE_INFINITY
  let queue: Promise<unknown> = Promise.resolve()
  const comesFirst = () => {
    asked = performance.now()
    shared.ticket(INDEX_SLOT)
  }
  const analyst: Analyst = {
    ...shared,
    ask(kind, question) {
      comesFirst()
      return shared.ask(kind, question)
    },
    ticket(slot) {
      comesFirst()
      return shared.ticket(slot)
    },
  }
  async function quiet(cancellation: Cancellation): Promise<void> {
    const left = asked + PAUSE - performance.now()
    if (left <= 0 || cancellation.isCancellationRequested) return
    await new Promise((resolve) => setTimeout(resolve, left))
    await quiet(cancellation)
  }
  async function look(question: Omit<Questions["models"]["question"], "slot" | "ticket">, cancellation: Cancellation) {
    const stop = cancellation.onCancellationRequested(() => shared.ticket(INDEX_SLOT))
    try {
      for (;;) {
        await quiet(cancellation)
        if (cancellation.isCancellationRequested) return undefined
        const answer = await shared.ask("models", { ...question, slot: INDEX_SLOT, ticket: shared.ticket(INDEX_SLOT) })
        if (answer !== "cancelled") return answer
      }
    } finally {
      stop.dispose()
    }
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
      const answer = queue.then(() => look({ uri, path, language, text: code }, cancellation))
      queue = answer.catch(() => undefined)
      const found = await answer
      return found && notebook ? { ...found, rows: inCells(notebook.notebook, found.rows) } : found
    },
  }
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
