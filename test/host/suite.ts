/** Runs the suite inside the real VS Code: node --import tsx test/host/suite.ts [oldest|newest]… */

import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { answerRequests } from "./answer.ts"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { type Release, releaseNamed } from "./releases.ts"
import { type Server, startServer } from "./server.ts"
import { addressOf, newPage } from "./workbench.ts"

const SUITE_LIMIT = 15 * 60_000

const SETTINGS = { "workbench.startupEditor": "none", "telemetry.telemetryLevel": "off", "extensions.autoUpdate": false }

const names = process.argv.slice(2)
process.exitCode = (await Promise.all([runIn(releaseNamed(names[0] ?? "oldest"))])).some(Boolean) ? 1 : 0

async function runIn(release: Release): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "layerscope-"))
  const exchange = join(home, "exchange")
  const workspace = join(home, "examples")
  mkdirSync(exchange)
  cpSync(join(ROOT, "media/examples"), workspace, { recursive: true })
  const server = await startServer(await install(release), { data: join(home, "server"), settings: SETTINGS, environment: { LAYERSCOPE_DRIVER: exchange } })
  const browser = await launchChromium()
  try {
    console.log(`The suite in VS Code ${release.vscode}; all it says: ${logOf(release)}`)
    writeFileSync(logOf(release), "")
    return await runSuite(browser, server, workspace, exchange, release)
  } finally {
    await browser.close()
    server.stop()
    await server.ended
    rmSync(home, { recursive: true, force: true })
  }
}

async function runSuite(browser: Browser, server: Server, folder: string, exchange: string, release: Release): Promise<number> {
  const page = await newPage(browser)
  const ended = new AbortController()
  const code = new Promise<number>((resolve) => void page.exposeFunction("codeAutomationExit", resolve))
  await page.exposeFunction("codeAutomationLog", (type: string, parameters: unknown[]) => record(release, type, parameters))
  await page.goto(addressOf(server, { folder, extension: ROOT, suite: join(ROOT, "dist/suite.cjs") }))
  const answering = answerRequests(exchange, page, release.name, ended.signal)
  const result = await Promise.race([code, late(), answering.then(() => 1)])
  ended.abort()
  await answering
  return result
}

/** The workbench says much; ours are the lines of the tests. All of it is kept in a file. */
function record(release: Release, type: string, parameters: unknown[]): void {
  const line = parameters.join(" ")
  appendFileSync(logOf(release), `[${type}] ${line}\n`)
  if (/^(✔|✖|\d+ passed)/.test(line)) console.log(line)
}

function logOf({ name }: Release): string {
  return join(ROOT, `.cache/vscode/${name}.log`)
}

function late(): Promise<number> {
  return new Promise((resolve) => {
    setTimeout(() => {
      console.log(`The suite did not end within ${SUITE_LIMIT / 60_000} minutes`)
      resolve(1)
    }, SUITE_LIMIT).unref()
  })
}
