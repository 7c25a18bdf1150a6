/** A Jupyter notebook as one Python text, with the way between that text and the places in its cells. */

import { scanLayout } from "./python/layout.ts"

/** One code cell; `start` is where its source begins in the text. */
export interface NotebookCell {
  /** Index among all cells of the notebook, those of prose included. */
  index: number
  start: number
  length: number
}

export interface Notebook {
  /** The sources of the code cells in order; magics are comments of the same length. */
  text: string
  cells: NotebookCell[]
}

export type NotebookReading = { ok: true; notebook: Notebook } | { ok: false; message: string }

export interface CellPlace {
  cell: number
  offset: number
}

/** `json` is the text of an `.ipynb` file. */
export function readNotebook(json: string): NotebookReading {
  try {
    const parsed: unknown = JSON.parse(json.charCodeAt(0) === 0xfeff ? json.slice(1) : json)
    const cells = cellsOf(parsed)
    if (!cells) return { ok: false, message: "This is not a notebook: it has no list of cells" }
    return { ok: true, notebook: joinCells(cells.map(codeOf)) }
  } catch (error) {
    return { ok: false, message: `This notebook is not valid JSON: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Joins cells; `undefined` stands for one that holds no code. Editors, which hold the cells apart, come in here. */
export function joinCells(sources: readonly (string | undefined)[]): Notebook {
  const notebook: Notebook = { text: "", cells: [] }
  sources.forEach((source, index) => {
    if (source === undefined) return
    notebook.cells.push({ index, start: notebook.text.length, length: source.length })
    notebook.text += `${withoutMagics(source)}\n`
  })
  return notebook
}

/** The cell and the offset in its source; an offset between cells belongs to the end of the first. */
export function placeInNotebook({ cells }: Notebook, offset: number): CellPlace | undefined {
  const cell = cells.findLast(({ start }) => start <= offset)
  return cell && { cell: cell.index, offset: Math.min(offset - cell.start, cell.length) }
}

export function offsetInNotebook({ cells }: Notebook, { cell, offset }: CellPlace): number | undefined {
  const found = cells.find(({ index }) => index === cell)
  return found && found.start + Math.min(offset, found.length)
}

/** Version 4 keeps its cells at the top, version 3 in worksheets. */
function cellsOf(parsed: unknown): unknown[] | undefined {
  if (!isRecord(parsed)) return undefined
  if (Array.isArray(parsed.cells)) return parsed.cells
  if (!Array.isArray(parsed.worksheets)) return undefined
  return parsed.worksheets.flatMap((sheet) => (isRecord(sheet) && Array.isArray(sheet.cells) ? sheet.cells : []))
}

function codeOf(cell: unknown): string | undefined {
  if (!isRecord(cell) || cell.cell_type !== "code") return undefined
  const source = cell.source ?? cell.input
  if (typeof source === "string") return source
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : ""
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

// Those whose cell is still Python that runs here; every other cell magic makes its cell something else.
const PYTHON_CELLS = /^\s*%%(?:time|timeit|capture|prun|python3?|memit|mprun|debug|wandb)\b/
// A magic, a shell command or a request for help.
const MAGIC_LINE = /^[ \t]*(?:[%!]|\?{1,2}\w|[\w.]+\?{1,2}[ \t]*$)/
// `files = !ls` assigns something nobody knows: a name of the same length that nobody defines.
const MAGIC_VALUE = /^([ \t]*\w[\w., \t]*=[ \t]*)([!%][a-zA-Z].*)$/

/** Length stays, so that offsets do. A shell command may run on over lines that end in a backslash. */
function withoutMagics(source: string): string {
  const lines = source.split("\n")
  if (/^\s*%%/.test(source) && !PYTHON_CELLS.test(source)) return lines.map(commentedOut).join("\n")
  const done: string[] = []
  let continues = false
  for (const line of lines) {
    const isMagic: boolean = continues || (MAGIC_LINE.test(line) && beginsStatement(done))
    continues = isMagic && line.endsWith("\\")
    done.push(
      isMagic ? commentedOut(line) : line.replace(MAGIC_VALUE, (_, head: string, command: string) => head + "_".repeat(command.length)),
    )
  }
  return done.join("\n")
}

/** The first character that is not white becomes `#`. An empty line needs none. */
function commentedOut(line: string): string {
  return line.replace(/\S/, "#")
}

/** Inside brackets and strings, and after a backslash, a line that begins with `%` is no magic. */
function beginsStatement(before: string[]): boolean {
  const { endsInTriple, endsInBracket } = scanLayout(before.join("\n"), false)
  return !endsInTriple && !endsInBracket && !before.at(-1)?.endsWith("\\")
}
