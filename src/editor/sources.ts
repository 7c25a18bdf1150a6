/** What the editor holds open, as sources to analyse. */
import type { NotebookDocuments } from "vscode-languageserver"
import type { TextDocument } from "vscode-languageserver-textdocument"
import { joinCells } from "../syntax/notebook.ts"
import { languageOf } from "../syntax/parse.ts"
import type { Source } from "./documents.ts"
import type { Cells } from "./notebooks.ts"
import { pathOf } from "./uris.ts"

const LANGUAGES = {
  python: "python",
  javascript: "javascript",
  javascriptreact: "javascript",
  typescript: "typescript",
  typescriptreact: "typescript",
} as const

/** The file's name tells the language where it can, the editor where it cannot. */
export function sourceOf(document: TextDocument): Source | undefined {
  const path = pathOf(document.uri)
  const named = Object.hasOwn(LANGUAGES, document.languageId) ? LANGUAGES[document.languageId as keyof typeof LANGUAGES] : undefined
  const language = languageOf(path) ?? named
  return language && { uri: document.uri, path, language, text: () => document.getText() }
}

/** A notebook's Python cells, joined; where its cells stand is noted whenever the text is taken. */
export function notebookSource(notebooks: NotebookDocuments<TextDocument>, uri: string, cells: Cells): Source {
  const take = () => {
    const documents = (notebooks.getNotebookDocument(uri)?.cells ?? []).flatMap(
      (cell) => notebooks.cellTextDocuments.get(cell.document) ?? [],
    )
    const sources = documents.map((document) => ({ uri: document.uri, text: document.getText() }))
    cells.set(uri, sources)
    return joinCells(sources.map(({ text }) => text)).text
  }
  take()
  return { uri, path: pathOf(uri), language: "python", text: take }
}
