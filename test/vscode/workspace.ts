/** The suite's workspace: a copy of `media/examples`, so that tests may write to it. */

import assert from "node:assert/strict"
import * as vscode from "vscode"

export async function openExample(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0]
  assert(folder, "no folder is open")
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name))
  return vscode.window.showTextDocument(document)
}

/** A new file of the workspace with that text, for as long as `body` runs. */
export async function withText(name: string, text: string, body: (document: vscode.TextDocument) => Promise<void>): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]
  assert(folder, "no folder is open")
  const uri = vscode.Uri.joinPath(folder.uri, name)
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text))
  try {
    const { document } = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri))
    await body(document)
    await document.save()
  } finally {
    await vscode.workspace.fs.delete(uri)
  }
}

export const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  )

/** The place where a piece of text first stands. */
export function placeOf(document: vscode.TextDocument, text: string, offset = 0): vscode.Position {
  const index = document.getText().indexOf(text)
  assert(index >= 0, `${document.fileName} has no "${text}"`)
  return document.positionAt(index + offset)
}
