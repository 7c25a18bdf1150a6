/** A place in a document that moves with the edits above it, and is remembered when the window is loaded again. */
import * as vscode from "vscode"
import type { Position } from "../text/source.ts"
import type { DocumentPlace } from "./protocol.ts"

export interface FollowedPlace extends vscode.Disposable {
  place(): DocumentPlace | undefined
  /** Undefined where there is nothing to go back to. */
  set(place: DocumentPlace | undefined): void
}

export function followPlace(memory: vscode.Memento, key: string): FollowedPlace {
  let followed = memory.get<DocumentPlace>(key)
  const keep = (place: DocumentPlace | undefined): void => {
    followed = place
    void memory.update(key, place)
  }
  const listener = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (!followed || document.uri.toString() !== vscode.Uri.parse(followed.uri).toString()) return
    keep({ ...followed, position: contentChanges.reduce((position, { range, text }) => moved(position, range, text), followed.position) })
  })
  return { place: () => followed, set: keep, dispose: () => void listener.dispose() }
}

/** Changes come from the end of the document to its beginning, so each may be counted alone. */
export function moved(position: Position, { start, end }: { readonly start: Position; readonly end: Position }, text: string): Position {
  const isBehind = end.line > position.line || (end.line === position.line && end.character > position.character)
  if (isBehind) return position
  const lines = text.split("\n")
  const last = lines.at(-1)?.length ?? 0
  const line = position.line + lines.length - 1 - (end.line - start.line)
  if (end.line < position.line) return { line, character: position.character }
  return { line, character: position.character - end.character + last + (lines.length === 1 ? start.character : 0) }
}
