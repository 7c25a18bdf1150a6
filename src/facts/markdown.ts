/** A hover as lines, from which its markdown and its plain text are made alike. */

export interface Piece {
  readonly text: string
  readonly style?: "strong" | "code" | "quiet"
}

/** A line is pieces in a row; undefined stands for a gap between paragraphs. */
export type Line = readonly Piece[] | undefined

export const plain = (text: string): Piece => ({ text })
export const strong = (text: string): Piece => ({ text, style: "strong" })
export const code = (text: string): Piece => ({ text, style: "code" })
export const quiet = (text: string): Piece => ({ text, style: "quiet" })

/** Two blanks at the end of a line keep the break. */
export function markdownOf(lines: readonly Line[]): string {
  return paragraphs(lines)
    .map((paragraph) => paragraph.map((line) => line.map(pieceMarkdown).join("")).join("  \n"))
    .join("\n\n")
}

export function textOfLines(lines: readonly Line[]): string {
  return paragraphs(lines)
    .map((paragraph) => paragraph.map((line) => line.map(({ text }) => text).join("")).join("\n"))
    .join("\n\n")
}

function paragraphs(lines: readonly Line[]): (readonly Piece[])[][] {
  const found: (readonly Piece[])[][] = [[]]
  for (const line of lines) {
    if (line) found.at(-1)?.push(line)
    else if (found.at(-1)?.length) found.push([])
  }
  return found.filter((paragraph) => paragraph.length > 0)
}

function pieceMarkdown({ text, style }: Piece): string {
  if (text.trim() === "") return text
  if (style === "code") return codeMarkdown(text)
  // Markers hold only where no blank stands inside them.
  const [, before = "", middle = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? []
  const marker = style === "strong" ? "**" : style === "quiet" ? "*" : ""
  return `${before}${marker}${escapeMarkdown(middle)}${marker}${after}`
}

/** A code span that may hold backticks itself. */
function codeMarkdown(text: string): string {
  const fence = "`".repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length)) + 1)
  const padding = text.startsWith("`") || text.endsWith("`") ? " " : ""
  return `${fence}${padding}${text.replaceAll("\n", " ")}${padding}${fence}`
}

/** Reasons and messages quote names with backticks: these stay, everything else is taken literally. */
export function escapeMarkdown(text: string): string {
  return text
    .split(/(`[^`\n]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[\\`*_{}[\]()#+\-!|<>~$]/g, "\\$&")))
    .join("")
}
