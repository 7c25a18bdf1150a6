/**
 * Runs the suite inside the real VS Code: node --import tsx test/host/suite.ts [oldest|newest|web]…
 * The oldest release runs the extension from its folder, the newest what the server
 * unpacked from the `.vsix`. It is named as an extension in development there too, since VS Code runs tests only beside one.
 * On the web there is no server: the extension runs in a worker of the browser, on files in memory.
 */

import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser } from "playwright-core"
import { answerRequests, carryOut } from "./answer.ts"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { RELEASES, type Release, releaseNamed } from "./releases.ts"
import { type Server, startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { serveWeb } from "./web-server.ts"
import { addressOf, newPage } from "./workbench.ts"

const SUITE_LIMIT = 10 * 60_000

const VSIX = join(ROOT, "layerscope.vsix")

interface Stage {
  release: Release
  workspace: string
  exchange: string
  /** The folder of the extension. */
  extension: string
}

const names = process.argv.slice(2)
let failures = 0
for (const name of names.length ? names : ["oldest", "newest", "web"]) {
  const code = await (name === "web" ? runOnWeb(RELEASES.oldest) : runIn(releaseNamed(name)))
  failures += code ? 1 : 0
}
process.exit(failures ? 1 : 0)

async function runOnWeb(release: Release): Promise<number> {
  const installation = await install(release)
  const examples = join(ROOT, "media/examples")
  const files = Object.fromEntries(readdirSync(examples).map((name) => [`/examples/${name}`, readFileSync(join(examples, name), "utf8")]))
  const browser = await launchChromium()
  const page = await newPage(browser)
  const server = await serveWeb(installation, { files, runsSuite: true, answer: (request) => carryOut(request, page, "web") })
  writeFileSync(logOf("web"), "")
  page.on("console", (message) => record("web", message.type(), [message.text()]))
  try {
    console.log(`The suite in VS Code ${release.vscode} on the web; all that it says: ${logOf("web")}`)
    const code = new Promise<number>((resolve) => void page.exposeFunction("codeAutomationExit", resolve))
    await page.goto(`${server.address}/?folder=memory:/examples`)
    return await Promise.race([code, late()])
  } finally {
    await browser.close()
    server.stop()
  }
}

async function runIn(release: Release): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "layerscope-"))
  const packed = release.name === "newest"
  if (packed && !existsSync(VSIX)) throw new Error("There is no layerscope.vsix; run npm run package first")
  const stage: Stage = { release, workspace: join(home, "examples"), exchange: join(home, "exchange"), extension: ROOT }
  mkdirSync(stage.exchange)
  cpSync(join(ROOT, "media/examples"), stage.workspace, { recursive: true })
  mkdirSync(join(ROOT, ".cache/vscode"), { recursive: true })
  writeFileSync(logOf(release.name), "")
  const environment = { LAYERSCOPE_DRIVER: stage.exchange }
  const server = await startServer(await install(release), {
    data: join(home, "server"),
    settings: SETTINGS,
    environment,
    vsix: packed ? VSIX : undefined,
  })
  const browser = await launchChromium()
  if (packed) stage.extension = installedIn(join(home, "server/extensions"))
  try {
    console.log(`The suite in VS Code ${release.vscode}; all that it says: ${logOf(release.name)}`)
    return await runSuite(browser, server, stage)
  } finally {
    await browser.close()
    server.stop()
    await server.ended
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

function installedIn(extensions: string): string {
  const name = readdirSync(extensions).find((folder) => folder.startsWith("layerscope."))
  if (!name) throw new Error(`layerscope is not among the extensions in ${extensions}`)
  return join(extensions, name)
}

async function runSuite(browser: Browser, server: Server, { release, workspace, exchange, extension }: Stage): Promise<number> {
  const page = await newPage(browser)
  const ended = new AbortController()
  const code = new Promise<number>((resolve) => void page.exposeFunction("codeAutomationExit", resolve))
  await page.exposeFunction("codeAutomationLog", (type: string, parameters: unknown[]) => record(release.name, type, parameters))
  await page.goto(addressOf(server, { folder: workspace, extension, suite: join(ROOT, "dist/test/suite.cjs") }))
  const answering = answerRequests(exchange, page, release.name, ended.signal)
  const result = await Promise.race([code, late(), answering.then(() => 1)])
  ended.abort()
  await answering
  return result
}

/** The workbench says much; ours are the lines of the tests. All of it is kept in a file. */
function record(host: string, type: string, parameters: unknown[]): void {
  const line = parameters.join(" ")
  appendFileSync(logOf(host), `[${type}] ${line}\n`)
  const [ours] = /(?:^|(?<=%c INFO color: #33f ))(?:✔|✖|–|\d+ passed).*/s.exec(line) ?? []
  if (ours) console.log(ours)
}

function logOf(host: string): string {
  return join(ROOT, `.cache/vscode/${host}.log`)
}

function late(): Promise<number> {
  return new Promise((resolve) => {
    setTimeout(() => {
      console.log(`The suite did not end within ${SUITE_LIMIT / 60_000} minutes`)
      resolve(1)
    }, SUITE_LIMIT).unref()
  })
}
