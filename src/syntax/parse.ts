/** Text to tree, for every language; never throws on any text. */

import type { Language, SourceFile } from "../text/source.ts"
import { parseJavaScript } from "./javascript/parse.ts"
import { parsePython } from "./python/parse.ts"
import type { Tree } from "./tree.ts"

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

const PARSERS: Record<Language, (file: SourceFile) => Tree> = {
  python: parsePython,
  javascript: parseJavaScript,
  typescript: parseJavaScript,
}

export function parse(file: SourceFile): Tree {
  return PARSERS[file.language](file)
}
