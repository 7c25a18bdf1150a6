/** The page of "Show Model" outside VS Code: built, with one graph in it, under a strict content-security policy. */
import { mkdtempSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import type { ModelGraph } from "../../src/drawing/graph/graph.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { graphOf } from "../../src/facts/graph.ts"
import type { Model } from "../../src/model/model.ts"
import { languageOf } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { declared, THEMES } from "./themes.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

/** Of a file's text, the models it makes. */
export function modelsOf(path: string, text = readFileSync(path, "utf8")): readonly Model[] {
  const file = sourceFile(`file://${path}`, languageOf(path) ?? "python", text)
  return analyze(file, path, memoryHost({}), { budget: { fuel: 1e9, cancelled: () => false } }).models
}

/** As the extension sends it. */
export const showing = (models: readonly Model[], graph: ModelGraph = graphOf(models.at(-1)!)): object => ({
  kind: "show",
  graph,
  models: models.map(({ name }) => name),
  chosen: models.length - 1,
  comparison: "none",
})

const STAND_IN = `
  window.posted = [];
  window.acquireVsCodeApi = () => ({ postMessage: (message) => {
    window.posted.push(message);
    if (message.kind === "ready") window.postMessage(JSON.parse(document.getElementById("open").textContent), "*");
  } });
`

function pageFor(message: object, theme: string): string {
  const { body, variables } = THEMES[theme] ?? THEMES["dark"]!
  const policy =
    "default-src 'none'; connect-src 'self'; img-src data: blob:; worker-src blob:; style-src 'self' 'nonce-x'; script-src 'nonce-x'"
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Model</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="x">:root{${declared(variables)}}</style><link rel="stylesheet" href="/panel.css"><link rel="stylesheet" href="/model.css"></head>
<body class="${body}"><main id="model" data-worker="/layout.js"></main>
<script nonce="x" type="application/json" id="open">${JSON.stringify(message).replaceAll("<", "\\u003c")}</script>
<script nonce="x">${STAND_IN}</script><script nonce="x" src="/model.js"></script></body></html>`
}

export interface ModelPage {
  readonly address: string
  close(): void
}

export async function startModelPage(message: object, theme = "dark"): Promise<ModelPage> {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-model-"))
  const options = { absWorkingDir: ROOT, bundle: true, minify: true, format: "iife", logLevel: "error" } as const
  await build({ ...options, entryPoints: ["webview/model/page.ts"], outfile: join(folder, "model.js") })
  const files: Readonly<Record<string, string>> = {
    "model.js": join(folder, "model.js"),
    "layout.js": join(ROOT, "node_modules/elkjs/lib/elk-worker.min.js"),
    "panel.css": join(ROOT, "webview/panel.css"),
    "model.css": join(ROOT, "webview/model.css"),
  }
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "/")
    if (name === "") return void response.setHeader("content-type", "text/html").end(pageFor(message, theme))
    const path = files[name]
    if (!path) return void response.writeHead(404).end()
    response.setHeader("content-type", name.endsWith(".css") ? "text/css" : "text/javascript")
    response.end(readFileSync(path))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
