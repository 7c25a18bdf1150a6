/** Text to tree, for every language; never throws on any text. */

import { type Language, type SourceFile, sourceFile } from "../text/source.ts"
import { parseJavaScript } from "./javascript/parse.ts"
import { outlinePython } from "./python/outline.ts"
import { parsePython } from "./python/parse.ts"
import type { Expression, Tree } from "./tree.ts"

const LANGUAGES: Record<string, Language> = {
  py: "python",
  pyi: "python",
  ipynb: "python",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "typescript",
}

/** The language a file's name says it is in; `undefined` when we do not read it. */
export function languageOf(path: string): Language | undefined {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ""
  return Object.hasOwn(LANGUAGES, extension) ? LANGUAGES[extension] : undefined
}

const PARSERS: Record<Language, (file: SourceFile, last?: Tree) => Tree> = {
  python: parsePython,
  javascript: (file) => parseJavaScript(file),
  typescript: (file) => parseJavaScript(file),
}

/**
 * A notebook's text is first read by `notebook.ts`. A last tree of the same file is used up: statements of it that still stand in the text are
 * moved to their new places and are the new tree's, too.
 */
export function parse(file: SourceFile, last?: Tree): Tree {
  return PARSERS[file.language](file, last)
}

/** For files that are imported and not shown: what most likely nobody asks for is read when it is. */
export function parseImported(file: SourceFile): Tree {
  return file.language === "python" ? outlinePython(file) : parse(file)
}

export interface ParsedExpression {
  tree: Tree
  /** None when the text is not one expression. */
  expression?: Expression
}

/** Reads what a user types as one expression, such as `resnet50(num_classes=10)`. */
export function parseExpression(text: string, language: Language): ParsedExpression {
  const tree = parse(sourceFile("expression", language, text.trim()))
  const [only, ...rest] = tree.body
  const isOne = only?.kind === "expression" && rest.length === 0 && tree.problems.length === 0
  return isOne ? { tree, expression: only.expression } : { tree }
}
