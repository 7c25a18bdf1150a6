/** A small model for those who have none at hand: opened as a new document, so that nothing is written anywhere. */
import * as vscode from "vscode"
import { COMMANDS } from "./protocol.ts"

export function registerExample(context: vscode.ExtensionContext): void {
  context.subscriptions.push(vscode.commands.registerCommand(COMMANDS.openExample, () => openExample(context.extensionUri)))
}

async function openExample(extension: vscode.Uri): Promise<void> {
  const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", "example.py"))
  const document = await vscode.workspace.openTextDocument({ language: "python", content: new TextDecoder().decode(bytes) })
  await vscode.window.showTextDocument(document)
}
