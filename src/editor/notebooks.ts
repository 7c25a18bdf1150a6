/** Notebooks are analysed as one text: the way between their cells, which the editor knows, and the lines of that text. */
import type { HintFact } from "../facts/hints.ts"
import type { LensFact } from "../facts/lenses.ts"
import type { ProblemFact } from "../facts/problems.ts"
import type { Position, Range } from "../text/source.ts"
import type { DocumentPlace } from "./protocol.ts"

/** One cell within the text of its notebook. */
interface Cell {
  readonly uri: string
  readonly notebook: string
  readonly firstLine: number
  readonly lineCount: number
}

export interface Cells {
  /** The cells of a notebook in order, with their sources. */
  set(notebook: string, cells: readonly { readonly uri: string; readonly text: string }[]): void
  remove(notebook: string): void
  /** The URI under which a document is analysed: its own, or its notebook's. */
  analysedAs(uri: string): string
  /** The documents that one analysis covers. */
  partsOf(analysed: string): readonly string[]
  inward(place: DocumentPlace): DocumentPlace
  inwardRange(uri: string, range: Range): Range
  /** The document and place there of a range of the analysed text. */
  outward(analysed: string, range: Range): { readonly uri: string; readonly range: Range }
  lens(uri: string, fact: LensFact): LensFact[]
  hint(uri: string, fact: HintFact): HintFact[]
  problem(uri: string, fact: ProblemFact): ProblemFact[]
}

const lowered = ({ line, character }: Position, by: number): Position => ({ line: line + by, character })
const moved = ({ start, end }: Range, by: number): Range => ({ start: lowered(start, by), end: lowered(end, by) })

export function openCells(): Cells {
  const cells = new Map<string, Cell>()
  const notebooks = new Map<string, readonly Cell[]>()
  const lineOf = (uri: string): number => cells.get(uri)?.firstLine ?? 0
  const cellAt = (analysed: string, line: number): Cell | undefined =>
    notebooks.get(analysed)?.findLast(({ firstLine }) => firstLine <= line)
  const isIn = (uri: string, { line }: Position): boolean => {
    const cell = cells.get(uri)
    return !cell || cellAt(cell.notebook, line) === cell
  }
  const outward: Cells["outward"] = (analysed, range) => {
    const cell = cellAt(analysed, range.start.line)
    return cell ? { uri: cell.uri, range: moved(range, -cell.firstLine) } : { uri: analysed, range }
  }
  const remove = (notebook: string): void => {
    for (const { uri } of notebooks.get(notebook) ?? []) cells.delete(uri)
    notebooks.delete(notebook)
  }
  return {
    remove,
    set(notebook, sources) {
      remove(notebook)
      let firstLine = 0
      const list = sources.map(({ uri, text }): Cell => {
        const lineCount = text.split("\n").length
        firstLine += lineCount
        return { uri, notebook, firstLine: firstLine - lineCount, lineCount }
      })
      notebooks.set(notebook, list)
      for (const cell of list) cells.set(cell.uri, cell)
    },
    analysedAs: (uri) => cells.get(uri)?.notebook ?? uri,
    partsOf: (analysed) => notebooks.get(analysed)?.map(({ uri }) => uri) ?? [analysed],
    inward: ({ uri, position }) => ({ uri: cells.get(uri)?.notebook ?? uri, position: lowered(position, lineOf(uri)) }),
    inwardRange: (uri, range) => moved(range, lineOf(uri)),
    outward,
    lens: (uri, fact) => (isIn(uri, fact.at) ? [{ ...fact, at: lowered(fact.at, -lineOf(uri)) }] : []),
    hint: (uri, fact) => (isIn(uri, fact.at) ? [{ ...fact, at: lowered(fact.at, -lineOf(uri)) }] : []),
    problem(uri, fact) {
      if (!isIn(uri, fact.range.start)) return []
      const analysed = cells.get(uri)?.notebook ?? uri
      const related = fact.related.map((place) => (place.uri === analysed ? { ...place, ...outward(analysed, place.range) } : place))
      return [{ ...fact, range: moved(fact.range, -lineOf(uri)), related }]
    },
  }
}
