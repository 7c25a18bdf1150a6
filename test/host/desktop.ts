/**
 * Runs the same suite in the VS Code of a desktop, which `@vscode/test-electron` downloads. The driver reaches its window through the debugging
 * port. Written against the types only: where this was written the download was out of reach.
 */

import { cpSync, mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { runTests } from "@vscode/test-electron"
import { chromium, type Page } from "playwright-core"
import { answerRequests } from "./answer.ts"
import { ROOT } from "./install.ts"

const PORT = 9333

const home = mkdtempSync(join(tmpdir(), "layerscope-"))
const exchange = join(home, "exchange")
const workspace = join(home, "examples")
mkdirSync(exchange)
cpSync(join(ROOT, "media/examples"), workspace, { recursive: true })

const ended = new AbortController()
const code = runTests({
  extensionDevelopmentPath: ROOT,
  extensionTestsPath: join(ROOT, "dist/test/suite.cjs"),
  extensionTestsEnv: { LAYERSCOPE_DRIVER: exchange },
  launchArgs: [workspace, "--disable-extensions", `--remote-debugging-port=${PORT}`],
})
const driving = workbenchPage().then((page) => answerRequests(exchange, page, "desktop", ended.signal))
process.exitCode = await Promise.race([code, driving.then(() => 1)])
ended.abort()

/** The window, as soon as it is there. */
async function workbenchPage(): Promise<Page> {
  for (;;) {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${PORT}`).catch(() => undefined)
    const page = browser?.contexts().flatMap((context) => context.pages())[0]
    if (page) return page
    await setTimeout(500)
  }
}
