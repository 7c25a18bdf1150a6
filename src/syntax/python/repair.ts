/** Cuts Python text into chunks of whole top-level statements, each repaired on its own, with the way back to offsets in the file. */

import type { Span } from "../../text/source.ts"
import { type Insertion, type Layout, type TripleString, scanLayout } from "./layout.ts"

export interface ChunkMap {
  /** Offset in the chunk's repaired text → offset in the file. */
  toFile(offset: number): number
  /** Whether the character at this offset of the repaired text was put in by the repair. */
  isInserted(offset: number): boolean
  hasInsertions: boolean
}

export interface Chunk {
  text: string
  /** What the repair put in, at offsets of the file. */
  insertions: Insertion[]
  map: ChunkMap
}

export interface Cut {
  chunks: Chunk[]
  /** Offsets in the file of triple-quoted strings that were never closed. */
  unclosedTriples: TripleString[]
}

/** Which parts of a sound text are left out, in their order: bodies of functions, long strings. */
export type Omit = (text: string, layout: Layout) => readonly Span[]

/** What stands in the place of what is left out. */
const STAND_IN = '""'

export function cutIntoChunks(text: string, omit?: Omit): Cut {
  const { text: masked, layout, unclosedTriples } = withoutUnclosedTriples(text)
  if (layout.hasMismatch || layout.insertions.length) return { chunks: chunksOf(masked, scanLayout(masked, true)), unclosedTriples }
  return { chunks: chunksOf(masked, layout, omit?.(masked, layout)), unclosedTriples }
}

// Each round masks one opener; more than a few unclosed ones in a file are not worth more scans.
const MASKING_ROUNDS = 4

/** An unclosed triple quote swallows the rest of the file: its opener is turned into a comment of the same length, and the text is read again. */
function withoutUnclosedTriples(text: string): { text: string; layout: Layout; unclosedTriples: TripleString[] } {
  let layout = scanLayout(text, false)
  let masked = text
  const unclosedTriples: TripleString[] = []
  for (let round = 0; layout.endsInTriple && round < MASKING_ROUNDS; round++) {
    const culprit = unclosedAmong(masked, layout.triples)
    if (!culprit) break
    unclosedTriples.push(culprit)
    masked = `${masked.slice(0, culprit.start)}#${" ".repeat(culprit.quoteAt + 2 - culprit.start)}${masked.slice(culprit.quoteAt + 3)}`
    layout = scanLayout(masked, false)
  }
  return { text: masked, layout, unclosedTriples }
}

const LOOKS_LIKE_CODE =
  /\n[ \t]*(?:(?:async\s+)?def\s+\w+\s*\(|class\s+\w+\s*[(:]|return\b[^\n]*\n|(?:from\s+[.\w]+\s+)?import\s+\w|self\.\w+\s*=|@\w+)/

/** One quote too few turns every later string inside out: the first one that holds code is the one to blame; else the last. */
function unclosedAmong(text: string, triples: TripleString[]): TripleString | undefined {
  return triples.find(({ quoteAt, end }) => LOOKS_LIKE_CODE.test(text.slice(quoteAt + 3, end))) ?? triples.at(-1)
}

function chunksOf(text: string, { statementStarts, insertions }: Layout, omitted: readonly Span[] = []): Chunk[] {
  const starts = [0, ...statementStarts.slice(statementStarts[0] === 0 ? 1 : 0)]
  let next = 0
  let nextOmitted = 0
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? text.length
    const from = next
    const fromOmitted = nextOmitted
    while ((omitted[nextOmitted]?.end ?? Number.POSITIVE_INFINITY) <= end) nextOmitted++
    if (nextOmitted > fromOmitted) return chunkWithout(text, start, end, omitted.slice(fromOmitted, nextOmitted))
    // A closer that ends the last chunk may stand at the very end of the text.
    while (next < insertions.length && ((insertions[next] as Insertion).at < end || end === text.length)) next++
    return chunkOf(text, start, end, insertions.slice(from, next))
  })
}

function chunkOf(text: string, start: number, end: number, insertions: Insertion[]): Chunk {
  if (insertions.length === 0) {
    return {
      text: text.slice(start, end),
      insertions,
      map: { toFile: (offset) => start + offset, isInserted: () => false, hasInsertions: false },
    }
  }
  let repaired = ""
  let copied = start
  const placed: { from: number; to: number }[] = []
  for (const { at, text: inserted } of insertions) {
    repaired += text.slice(copied, at)
    placed.push({ from: repaired.length, to: repaired.length + inserted.length })
    repaired += inserted
    copied = at
  }
  return { text: repaired + text.slice(copied, end), insertions, map: mapAround(start, placed) }
}

function chunkWithout(text: string, start: number, end: number, omitted: readonly Span[]): Chunk {
  const parts: string[] = []
  // Where each stand-in ends in the shorter text, and how far the file is ahead from there on.
  const resumptions: { from: number; ahead: number }[] = []
  let copied = start
  let ahead = start
  for (const body of omitted) {
    parts.push(text.slice(copied, body.start), STAND_IN)
    const from = body.start - ahead + STAND_IN.length
    ahead = body.end - from
    resumptions.push({ from, ahead })
    copied = body.end
  }
  parts.push(text.slice(copied, end))
  const toFile = (offset: number): number => offset + (resumptions.findLast(({ from }) => from <= offset)?.ahead ?? start)
  return { text: parts.join(""), insertions: [], map: { toFile, isInserted: () => false, hasInsertions: false } }
}

function mapAround(start: number, placed: { from: number; to: number }[]): ChunkMap {
  return {
    hasInsertions: true,
    isInserted: (offset) => placed.some(({ from, to }) => offset >= from && offset < to),
    toFile(offset) {
      let inserted = 0
      for (const { from, to } of placed) {
        if (offset <= from) break
        inserted += Math.min(offset, to) - from
      }
      return start + offset - inserted
    },
  }
}
