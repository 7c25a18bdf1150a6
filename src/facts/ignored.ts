/** `# layerscope: ignore[code]`: problems that the reader does not want to be told of, by a comment behind or above the line. */
import type { FoundProblem } from "../evaluate/evaluation.ts"
import type { Comment, Tree } from "../syntax/tree.ts"
import { positionAt, type SourceFile } from "../text/source.ts"

const IGNORE = /^[*\s]*layerscope\s*:\s*ignore\b\s*(?:\[([^\]]*)\])?/i

/** What is ignored on a line: these codes, or all. */
type Ignored = ReadonlySet<string> | "all"

/** The problems of which no comment says that they are to be left out. Without codes a comment leaves out all. */
export function unignored(file: SourceFile, tree: Tree, problems: readonly FoundProblem[]): readonly FoundProblem[] {
  const lines = ignoringLines(file, tree)
  if (lines.size === 0) return problems
  return problems.filter(({ code, place, trail }) =>
    [place, ...trail].every((at) => {
      const ignored = at.file === file ? lines.get(positionAt(file, at.span.start).line) : undefined
      return ignored === undefined || (ignored !== "all" && !ignored.has(code))
    }),
  )
}

/** A comment that stands alone speaks of the line below. */
function ignoringLines(file: SourceFile, { comments }: Tree): ReadonlyMap<number, Ignored> {
  const lines = new Map<number, Ignored>()
  for (const comment of comments) {
    const ignored = ignoredBy(comment)
    if (ignored) lines.set(positionAt(file, comment.span.start).line + (comment.isTrailing ? 0 : 1), ignored)
  }
  return lines
}

function ignoredBy({ text }: Comment): Ignored | undefined {
  const found = IGNORE.exec(text)
  if (!found) return undefined
  return found[1] === undefined ? "all" : new Set(found[1].split(",").map((code) => code.trim()))
}
