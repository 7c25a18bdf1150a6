/** The pages of the panels: nothing is loaded but our own style and our own script. */
import * as vscode from "vscode"

/** The explainer's page. */
export const pageHtml = (webview: vscode.Webview, extension: vscode.Uri): string =>
  htmlOf(webview, extension, {
    title: "Explain Layer",
    main: '<main id="panel"></main>',
    script: "panel.js",
    styles: ["panel.css"],
    more: "",
  })

/** The page of whole models. Its layout runs in a worker, whose script is fetched and becomes a blob: workers must be of the page's own origin. */
export function modelPageHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const worker = webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", "layout.js")).toString()
  return htmlOf(webview, extension, {
    title: "Model",
    main: `<main id="model" data-worker="${worker}"></main>`,
    script: "model.js",
    styles: ["panel.css", "model.css"],
    more: `; connect-src ${webview.cspSource}; worker-src blob:`,
  })
}

interface Page {
  readonly title: string
  readonly main: string
  readonly script: string
  readonly styles: readonly string[]
  /** What its policy allows besides. */
  readonly more: string
}

function htmlOf(webview: vscode.Webview, extension: vscode.Uri, { title, main, script, styles, more }: Page): string {
  const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-")
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", name)).toString()
  const policy = `default-src 'none'; img-src ${webview.cspSource} data: blob:; style-src ${webview.cspSource}; font-src ${webview.cspSource}; script-src 'nonce-${nonce}'${more}`
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  ${styles.map((name) => `<link rel="stylesheet" href="${file(name)}">`).join("\n  ")}
  <title>${title}</title>
</head>
<body>
  ${main}
  <script nonce="${nonce}" src="${file(script)}"></script>
</body>
</html>`
}
