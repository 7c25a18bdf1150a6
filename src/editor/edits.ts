/** Our edits of the user's files: each is one step of undo. */
import * as vscode from "vscode"
import type { DocumentEdit } from "./protocol.ts"

export async function applyEdit({ uri, range, text }: DocumentEdit): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit()
  edit.replace(vscode.Uri.parse(uri), new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character), text)
  return vscode.workspace.applyEdit(edit)
}
