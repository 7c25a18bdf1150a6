/** The only door to pyright's parser: the text of some whole statements in, its tree, tokens and complaints out. */

import { DiagnosticSink } from "@zzzen/pyright-internal/dist/common/diagnosticSink.js"
import type { TextRange } from "@zzzen/pyright-internal/dist/common/textRange.js"
import type { TextRangeCollection } from "@zzzen/pyright-internal/dist/common/textRangeCollection.js"
import { setForceEnglishDiagnostics } from "@zzzen/pyright-internal/dist/localization/localize.js"
import type { ModuleNode } from "@zzzen/pyright-internal/dist/parser/parseNodes.js"
import { ParseOptions, Parser } from "@zzzen/pyright-internal/dist/parser/parser.js"
import type { Token } from "@zzzen/pyright-internal/dist/parser/tokenizerTypes.js"

export interface Complaint {
  message: string
  start: number
  end: number
}

export interface ParsedChunk {
  text: string
  module: ModuleNode
  tokens: TextRangeCollection<Token>
  complaints: Complaint[]
}

// Otherwise the environment chooses the language.
setForceEnglishDiagnostics(true)

/** Throws only when the text is nested so deep that the stack ends. Notebooks may await at top level. */
export function parseWithPyright(text: string, isNotebook: boolean): ParsedChunk {
  const sink = new DiagnosticSink()
  const options = new ParseOptions()
  options.useNotebookMode = isNotebook
  const { parserOutput, tokenizerOutput } = new Parser().parseSourceFile(text, options, sink)
  const offset = ({ line, character }: { line: number; character: number }) => lineStart(tokenizerOutput.lines, line) + character
  const complaints = sink
    .fetchAndClear()
    .filter(({ category }) => Number(category) === 0)
    .map(({ message, range }) => ({ message, start: offset(range.start), end: offset(range.end) }))
  return { text, module: parserOutput.parseTree, tokens: tokenizerOutput.tokens, complaints }
}

function lineStart(lines: TextRangeCollection<TextRange>, line: number): number {
  if (line < lines.count) return lines.getItemAt(line).start
  return lines.count ? lines.end : 0
}
