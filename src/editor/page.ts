/** The page around the explainer: nothing is loaded but our own style and our own script. */
import { randomBytes } from "node:crypto"
import * as vscode from "vscode"

export function pageHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64url")
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", name)).toString()
  const policy = `default-src 'none'; img-src ${webview.cspSource} data: blob:; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'`
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${file("panel.css")}">
  <title>Explain Layer</title>
</head>
<body>
  <main id="panel"></main>
  <script nonce="${nonce}" src="${file("panel.js")}"></script>
</body>
</html>`
}
