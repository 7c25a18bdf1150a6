/** Leads from the list of models to their code, in documents and in cells of notebooks. */
import * as vscode from "vscode"
import type { ListedModel } from "./model-list.ts"
import type { ModelPlace } from "./protocol.ts"

/** Where the model stands, in a document that is open now. */
export async function openedPlace({ uri, row }: ListedModel): Promise<ModelPlace> {
  const target = vscode.Uri.parse(uri)
  const document =
    row.cell === undefined
      ? await vscode.workspace.openTextDocument(target)
      : (await vscode.workspace.openNotebookDocument(target)).cellAt(row.cell).document
  return { uri: document.uri.toString(), position: row.at, ordinal: row.ordinal }
}

/** Shows the model's line; the list keeps the focus. */
export async function reveal({ uri, row }: ListedModel): Promise<void> {
  const place = new vscode.Range(row.at.line, row.at.character, row.at.line, row.at.character)
  if (row.cell === undefined) {
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: place, preserveFocus: true, preview: true })
    return
  }
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.parse(uri))
  const selections = [new vscode.NotebookRange(row.cell, row.cell + 1)]
  const shown = await vscode.window.showNotebookDocument(notebook, { selections, preserveFocus: true, preview: true })
  shown.revealRange(selections[0] as vscode.NotebookRange, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport)
  const cell = vscode.window.visibleTextEditors.find(({ document }) => document === notebook.cellAt(row.cell as number).document)
  if (cell) cell.selection = new vscode.Selection(place.start, place.start)
}
