/** File systems whose documents are ours: the usual ones, those of the workspace's folders, and any other that a model's source was opened from. */
import * as vscode from "vscode"
import type { DocumentSelector } from "vscode-languageclient"

const LANGUAGES = ["python", "javascript", "javascriptreact", "typescript", "typescriptreact"]

const USUAL = ["file", "untitled", "vscode-notebook-cell"]

export interface Schemes extends vscode.Disposable {
  /** grows with the schemes */
  readonly selector: DocumentSelector
}

/** `added` is called when the selector has grown. */
export function followSchemes(added: () => unknown): Schemes {
  const known = new Set<string>()
  const selector: { scheme: string; language: string }[] = []
  const add = (scheme: string): boolean => {
    if (known.has(scheme)) return false
    known.add(scheme)
    selector.push(...LANGUAGES.map((language) => ({ scheme, language })))
    return true
  }
  const look = (schemes: readonly string[]) => {
    if (schemes.map(add).includes(true)) added()
  }
  for (const scheme of [...USUAL, ...folderSchemes(), ...vscode.workspace.textDocuments.flatMap(documentScheme)]) add(scheme)
  const listeners = vscode.Disposable.from(
    vscode.workspace.onDidChangeWorkspaceFolders(() => look(folderSchemes())),
    vscode.workspace.onDidOpenTextDocument((document) => look(documentScheme(document))),
  )
  return { selector, dispose: () => listeners.dispose() }
}

const folderSchemes = (): string[] => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)

/** What can be written is a file somewhere; the sides of comparisons, outputs and the like are not. */
const documentScheme = ({ uri, languageId }: vscode.TextDocument): string[] =>
  LANGUAGES.includes(languageId) && vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true ? [uri.scheme] : []
