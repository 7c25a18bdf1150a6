/** The VS Code client: wakes up for model code. */

import * as vscode from "vscode"

export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("layerscope.explainLayer", () => vscode.window.showInformationMessage("Layerscope is awake")),
    vscode.languages.registerHoverProvider(["python"], {
      provideHover: (document, position) => new vscode.Hover(`Layerscope: line ${position.line + 1} of ${document.lineCount}`),
    }),
  )
}
