/** `npm start` without a desktop's VS Code, and the embedded server where Node's headers are missing. */

import assert from "node:assert/strict"
import { type ChildProcess, spawn } from "node:child_process"
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { RELEASES } from "./releases.ts"
import { isProgram } from "./run.ts"
import { startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { addressOf, newPage, workbenchReady } from "./workbench.ts"

let browser: Browser

before(async () => {
  browser = await launchChromium()
})

after(() => browser?.close())

async function lensesShown(page: Page): Promise<string> {
  await workbenchReady(page)
  const lens = page.locator(".codelens-decoration", { hasText: "LeNet5" })
  await lens.waitFor({ timeout: 60_000 })
  return (await lens.innerText()).replaceAll("\u00a0", " ")
}

/** All that the server's logger wrote. */
function logged(data: string): string {
  const logs = readdirSync(data, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith("remoteagent.log"))
  return logs.map((path) => readFileSync(join(data, path), "utf8")).join("")
}

/** The first address that a program prints. */
function addressPrinted(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ""
    program.stdout?.on("data", (chunk) => {
      output += chunk
      const address = /http:\/\/\S+/.exec(output)?.[0]
      if (address) resolve(address)
    })
    program.on("exit", (code) => reject(new Error(`it ended (${code}) and printed ${output}`)))
  })
}

test("npm start prints an address; a browser shows the example with its lens there", async () => {
  // A folder of the PATH with a `code` in it would start the desktop.
  const path = (process.env["PATH"] ?? "").split(":").filter((folder) => !isProgram(join(folder, "code")))
  const starting = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "start.ts")], {
    cwd: ROOT,
    env: { ...process.env, PATH: path.join(":") },
    stdio: ["ignore", "pipe", "inherit"],
  })
  try {
    const page = await newPage(browser)
    await page.goto(await addressPrinted(starting))
    assert.equal(
      await lensesShown(page),
      "LeNet5 · 61,706 params · 416,520 MACs · (1, 1, 32, 32) → (1, 10) | Explain | Plain CNN · 2 convolutions, 3 fully connected · 61,706 parameters",
    )
    assert.equal(await page.locator(".tab.active").innerText(), "lenet5.py")
    await page.context().close()
  } finally {
    const ended = new Promise((resolve) => starting.on("exit", resolve))
    starting.kill("SIGTERM")
    await ended
  }
})

test("the logger in JavaScript stands in for the native one: the server starts, logs, and the lens is there", async () => {
  const home = mkdtempSync(join(tmpdir(), "layerscope-logger-"))
  const installed = await install(RELEASES.oldest)
  const folder = join(home, "vscode")
  cpSync(installed.folder, folder, { recursive: true, verbatimSymlinks: true })
  const module = join(folder, "node_modules/@vscode/spdlog")
  copyFileSync(join(import.meta.dirname, "logger.cjs"), join(module, "index.js"))
  rmSync(join(module, "build"), { recursive: true, force: true }) // What is compiled cannot be taken by mistake.
  const examples = join(ROOT, "media/examples")
  const server = await startServer({ ...installed, folder }, { data: join(home, "data"), settings: SETTINGS })
  try {
    const page = await newPage(browser)
    await page.goto(addressOf(server, { folder: examples, extension: ROOT, file: join(examples, "lenet5.py") }))
    assert.match(await lensesShown(page), /61,706 params/)
    await page.context().close()
    assert.match(logged(join(home, "data")), /^\d{4}-\S+ \[info\] /m)
  } finally {
    server.stop()
    await server.ended
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
})
