/** Our edits of the user's files: however many, they are one step of undo. */
import * as vscode from "vscode"
import type { DocumentEdit } from "./protocol.ts"

export async function applyEdits(edits: readonly DocumentEdit[]): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit()
  for (const { uri, range, text } of edits)
    edit.replace(
      vscode.Uri.parse(uri),
      new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character),
      text,
    )
  return vscode.workspace.applyEdit(edit)
}
