/** The panel outside VS Code: a page with the editor's theme variables, a strict content-security policy, and live checks that really run. */
import { mkdtempSync, readFileSync } from "node:fs"
import { createServer, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { type Runner, startChecks } from "../../src/checks/runner.ts"
import { WASM_FOLDER, workerFile } from "../checks/worker-file.ts"
import { declared, THEMES } from "./themes.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Gallery {
  readonly address: string
  close(): void
}

const STAND_IN = `
  const frames = [];
  window.posted = [];
  const hear = async (message) => {
    window.posted.push(message);
    if (message.kind === "ready") window.postMessage(JSON.parse(document.getElementById("open").textContent), "*");
    if (message.kind !== "run-check") return;
    const answer = await fetch("/check", { method: "POST", body: JSON.stringify(message) });
    window.postMessage({ kind: "check-result", request: message.request, outcome: await answer.json() }, "*");
  };
  window.acquireVsCodeApi = () => ({ postMessage: hear, getState: () => undefined, setState: () => {} });
`

function pageFor(theme: string, open: string): string {
  const { body, variables } = THEMES[theme] ?? THEMES["dark"]!
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Layerscope gallery</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; img-src data: blob:; style-src 'self' 'nonce-gallery'; script-src 'nonce-gallery'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style nonce="gallery">:root{${declared(variables)}}</style><link rel="stylesheet" href="/panel.css"></head>
<body class="${body}"><main id="panel"></main><script nonce="gallery" type="application/json" id="open">${open.replaceAll("<", "\\u003c")}</script>
<script nonce="gallery">${STAND_IN}</script><script nonce="gallery" src="/panel.js"></script></body></html>`
}

/** `?theme=dark&open={"kind":"open",…}` or `&subject=convolution`. */
function pageOf(url: URL): string {
  const subject = url.searchParams.get("subject") ?? "convolution"
  return pageFor(url.searchParams.get("theme") ?? "dark", url.searchParams.get("open") ?? JSON.stringify({ kind: "open", subject }))
}

export async function startGallery(port = 0): Promise<Gallery> {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-gallery-"))
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["webview/panel.ts"],
    outfile: join(folder, "panel.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    loader: { ".md": "text" },
    logLevel: "error",
  })
  const runner = startChecks({ patience: 60_000, workerFile: await workerFile(), wasmFolder: WASM_FOLDER })
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://gallery")
    const send = (type: string, content: string | Buffer): void => void response.writeHead(200, { "content-type": type }).end(content)
    if (url.pathname === "/panel.js") return send("text/javascript", readFileSync(join(folder, "panel.js")))
    if (url.pathname === "/panel.css") return send("text/css", readFileSync(join(ROOT, "webview/panel.css")))
    if (url.pathname === "/check") return void answer(runner, request, response)
    if (url.pathname === "/favicon.ico") return void response.writeHead(204).end()
    send("text/html", pageOf(url))
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => end(server, runner) }
}

async function answer(runner: Runner, request: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  const { subject, knobs } = JSON.parse(Buffer.concat(parts).toString())
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(await runner.run(subject, knobs)))
}

function end(server: Server, runner: Runner): void {
  runner.dispose()
  server.closeAllConnections()
  server.close()
}
