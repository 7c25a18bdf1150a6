/** Remembers how the chunks of the files last read were parsed, so that a keystroke parses one top-level statement again. */

import { type ParsedChunk, parseWithPyright } from "./library.ts"

// Files open side by side; a library's files pass through once and push nothing useful out for long.
const FILES_REMEMBERED = 4

const files = new Map<string, Map<string, ParsedChunk>>()

/** A parser for one pass over the file; chunks it is not asked for again are forgotten with the pass. */
export function rememberingParser(uri: string): (text: string) => ParsedChunk {
  const isNotebook = /\.ipynb\b/.test(uri)
  const before = files.get(uri)
  const chunks = new Map<string, ParsedChunk>()
  files.delete(uri)
  files.set(uri, chunks)
  const [oldest] = files.keys()
  if (oldest !== undefined && files.size > FILES_REMEMBERED) files.delete(oldest)
  return (text) => {
    const chunk = chunks.get(text) ?? before?.get(text) ?? parseWithPyright(text, isNotebook)
    chunks.set(text, chunk)
    return chunk
  }
}
