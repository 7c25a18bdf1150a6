/** A source file as analysis sees it: its uri, its language, its text, and the way between offsets and positions. */

export type Language = "python" | "javascript" | "typescript"

/** Offsets in UTF-16 code units; `end` is exclusive. Spans are shared by reference and moved in place when only layout changed. */
export interface Span {
  start: number
  end: number
}

/** Zero-based line and character (UTF-16), as LSP counts. */
export interface Position {
  line: number
  character: number
}

export interface Range {
  start: Position
  end: Position
}

/** `text` is replaced in place when only layout changed, so that everything that refers to the file follows. */
export interface SourceFile {
  readonly uri: string
  readonly language: Language
  text: string
  /** Offset of the first character of each line. */
  lineStarts: number[]
}

/** Where something stands; both parts are shared by reference. */
export interface Place {
  file: SourceFile
  span: Span
}

export function sourceFile(uri: string, language: Language, text: string): SourceFile {
  return { uri, language, text, lineStarts: lineStartsOf(text) }
}

/** Changes the text in place; positions of unchanged spans must be moved by the caller. */
export function replaceText(file: SourceFile, text: string): void {
  file.text = text
  file.lineStarts = lineStartsOf(text)
}

export function positionAt(file: SourceFile, offset: number): Position {
  const line = lastAtMost(file.lineStarts, offset)
  return { line, character: offset - (file.lineStarts[line] ?? 0) }
}

export function offsetAt(file: SourceFile, position: Position): number {
  const start = file.lineStarts[position.line]
  if (start === undefined) return file.text.length
  const end = file.lineStarts[position.line + 1] ?? file.text.length + 1
  return Math.min(start + position.character, Math.max(start, end - 1))
}

export function rangeOf({ file, span }: Place): Range {
  return { start: positionAt(file, span.start), end: positionAt(file, span.end) }
}

export function textOf({ file, span }: Place): string {
  return file.text.slice(span.start, span.end)
}

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1)) starts.push(index + 1)
  return starts
}

/** Index of the last element that is at most `value` in an ascending list. */
function lastAtMost(ascending: number[], value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}
