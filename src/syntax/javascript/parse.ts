/** JavaScript and TypeScript text to tree. The parser mends broken code itself and never throws on it. */

import type ts from "typescript"
import type { SourceFile } from "../../text/source.ts"
import type { Statement, SyntaxProblem, Tree } from "../tree.ts"
import { commentsOf } from "./comments.ts"
import { type TypeScript, typescript } from "./library.ts"
import { type Reading, spanOf } from "./reading.ts"
import { lowerStatement } from "./statements.ts"

export function parseJavaScript(file: SourceFile): Tree {
  const ts = typescript()
  try {
    const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone }
    const parsed = ts.createSourceFile(nameFor(file), file.text, options, false, scriptKind(file, ts))
    const reading: Reading = { ts, file: parsed, depth: 0 }
    return {
      body: parsed.statements.flatMap((node) => lowerSafely(node, reading)),
      comments: commentsOf(reading),
      problems: problemsOf(parsed),
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const span = { start: 0, end: file.text.length }
    return { body: [{ kind: "brokenStatement", span, children: [] }], comments: [], problems: [tooDeep(span)] }
  }
}

function tooDeep(span: SyntaxProblem["span"]): SyntaxProblem {
  return { message: "This is nested too deep to be read", span: { ...span } }
}

function nameFor({ language }: SourceFile): string {
  return language === "typescript" ? "file.ts" : "file.js"
}

/** A `.ts` file has type assertions where a `.tsx` file has elements; JavaScript may always have elements. */
function scriptKind({ uri, language }: SourceFile, { ScriptKind }: TypeScript): ts.ScriptKind {
  if (language === "javascript") return ScriptKind.JSX
  return /\.tsx$/i.test(uri) ? ScriptKind.TSX : ScriptKind.TS
}

/** The lowering counts its depth, but the stack it was given may be short: a statement beyond it is Broken. */
function lowerSafely(node: ts.Statement, reading: Reading): Statement[] {
  try {
    reading.depth = 0
    return lowerStatement(node, reading)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return [{ kind: "brokenStatement", span: spanOf(reading, node), children: [] }]
  }
}

/** TypeScript keeps its parser's complaints on the file, without saying so in its types. */
function problemsOf(file: ts.SourceFile): SyntaxProblem[] {
  const { parseDiagnostics = [] } = file as { parseDiagnostics?: ts.DiagnosticWithLocation[] }
  return parseDiagnostics.map(({ messageText, start, length }) => ({
    message: typeof messageText === "string" ? messageText : messageText.messageText,
    span: { start, end: start + length },
  }))
}
