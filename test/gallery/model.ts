/** Pictures of whole models for the eye, outside VS Code: `model.ts FILE [theme] [open]`, into the ignored `test/screenshots/`. */
import { mkdirSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { analyze } from "../../src/facts/analyze.ts"
import { graphOf } from "../../src/facts/graph.ts"
import { languageOf } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { declared, THEMES } from "./themes.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const FOLDER = join(ROOT, "test/screenshots")
const [path = join(ROOT, "media/examples/resnet.py"), theme = "dark", open = ""] = process.argv.slice(2)

const file = sourceFile(`file://${path}`, languageOf(path) ?? "python", readFileSync(path, "utf8"))
const { models } = analyze(file, path, memoryHost({}), { budget: { fuel: 1e9, cancelled: () => false } })
const model = models.at(-1)
if (!model) throw new Error(`${path} holds no model`)

const { body, variables } = THEMES[theme] ?? THEMES["dark"]!
const message = JSON.stringify({
  kind: "show",
  graph: graphOf(model),
  models: models.map(({ name }) => name),
  chosen: models.length - 1,
  comparison: "none",
})
const html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Model</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'; img-src data: blob:; worker-src blob:; style-src 'self' 'nonce-x'; script-src 'nonce-x'">
<style nonce="x">:root{${declared(variables)}}</style><link rel="stylesheet" href="/panel.css"><link rel="stylesheet" href="/model.css"></head>
<body class="${body}"><main id="model" data-worker="/layout.js"></main><script nonce="x" type="application/json" id="open">${message.replaceAll("<", "\\u003c")}</script>
<script nonce="x">window.posted=[];window.acquireVsCodeApi=()=>({postMessage:(m)=>{window.posted.push(m);if(m.kind==="ready")window.postMessage(JSON.parse(document.getElementById("open").textContent),"*")}})</script>
<script nonce="x" src="/model.js"></script></body></html>`

const server = createServer((request, response) => {
  const name = (request.url ?? "/").slice(1)
  if (name === "") return void response.setHeader("content-type", "text/html").end(html)
  response.setHeader("content-type", name.endsWith(".css") ? "text/css" : "text/javascript")
  response.end(readFileSync(join(ROOT, "dist", basename(name))))
})
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
})
const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, reducedMotion: "reduce" })
page.on("console", (entry) => entry.type() === "error" && console.log(entry.text()))
page.on("pageerror", (error) => console.log(error.message))
const start = performance.now()
await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
await page.locator("[data-drawn]").waitFor({ timeout: 20_000 })
console.log(
  `${Math.round(performance.now() - start)} ms, ${await page.locator("#model").getAttribute("data-drawn")} boxes of ${graphOf(model).nodes.length}`,
)
if (open !== "") await page.getByRole("button", { name: "Open all boxes" }).click()
await page.waitForTimeout(open === "" ? 300 : 1500)
mkdirSync(FOLDER, { recursive: true })
await page.screenshot({ path: join(FOLDER, `model-${basename(path)}-${theme}${open && "-open"}.png`) })
await browser.close()
server.close()
