/** What a person does in the real VS Code's window: types an input, reloads the window, chooses an interpreter, changes the theme. */

import assert from "node:assert/strict"
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { after, before, test } from "node:test"
import axe from "axe-core"
import type { Browser, Frame, Page } from "playwright-core"
import { screenshot } from "./answer.ts"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { RELEASES } from "./releases.ts"
import { type Server, startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { addressOf, chooseTheme, clickText, newPage, runCommand, type Theme, webviews, workbenchReady } from "./workbench.ts"

const home = mkdtempSync(join(tmpdir(), "layerscope-person-"))
const workspace = join(home, "examples")
let browser: Browser
let server: Server
let page: Page

const UNFED = `import torch.nn as nn


class Unfed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return self.conv(x)
`

// A module that stands nowhere but among the packages of the chosen interpreter.
const PACKAGE = `import torch.nn as nn

def head(width):
    return nn.Linear(width, 7)
`

const IMPORTING = `import torch.nn as nn
from chosen_package import head


class Imported(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = head(10)

    def forward(self, x):
        return self.head(x)
`

/** Names the interpreter that is chosen. */
const chosen = join(home, "chosen.txt")

/** Stands in for the Python extension: the same name and the same interface. */
const PYTHON_EXTENSION = `const vscode = require("vscode")
const { readFileSync, watchFile } = require("node:fs")
const chosen = ${JSON.stringify(chosen)}
const read = () => ({ path: readFileSync(chosen, "utf8").trim() })
exports.activate = () => {
  const changed = new vscode.EventEmitter()
  watchFile(chosen, { interval: 200 }, () => changed.fire(read()))
  return { environments: { getActiveEnvironmentPath: read, onDidChangeActiveEnvironmentPath: changed.event } }
}
`

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Lies where the server keeps what it installed. */
function installPython(): void {
  const folder = join(home, "server/extensions/ms-python.python-2024.1.0")
  const manifest = {
    name: "python",
    publisher: "ms-python",
    version: "2024.1.0",
    engines: { vscode: "^1.80.0" },
    main: "./index.js",
    activationEvents: ["onLanguage:python"],
    capabilities: { untrustedWorkspaces: { supported: true } },
  }
  write(join(folder, "package.json"), JSON.stringify(manifest))
  write(join(folder, "index.js"), PYTHON_EXTENSION)
}

before(async () => {
  cpSync(join(ROOT, "media/examples"), workspace, { recursive: true })
  write(join(workspace, "unfed.py"), UNFED)
  write(join(workspace, "importing.py"), IMPORTING)
  write(join(home, "environment/lib/python3.12/site-packages/chosen_package.py"), PACKAGE)
  write(chosen, join(home, "nowhere/bin/python"))
  installPython()
  server = await startServer(await install(RELEASES.oldest), { data: join(home, "server"), settings: SETTINGS })
  browser = await launchChromium()
  page = await newPage(browser)
  await open("unfed.py")
})

after(async () => {
  await browser?.close()
  server?.stop()
  await server?.ended
  rmSync(home, { recursive: true, force: true, maxRetries: 5 })
})

async function open(name: string): Promise<void> {
  await page.goto(addressOf(server, { folder: workspace, extension: ROOT, file: join(workspace, name) }))
  await workbenchReady(page)
}

/** Waits for a lens with this text. */
async function lens(text: string | RegExp): Promise<void> {
  await page.locator(".codelens-decoration").filter({ hasText: text }).first().waitFor({ timeout: 20_000 })
}

const input = () => page.locator(".quick-input-widget .quick-input-box input").first()

test("a lens offers to state the input; what is no shape is refused with advice, a shape changes the lens and the file", async () => {
  await lens("assumed input")
  await page.locator(".codelens-decoration a", { hasText: "change" }).click()
  await input().waitFor()
  await input().fill("three by four")
  await page.locator(".quick-input-message", { hasText: "such as (1, 3, 224, 224)" }).waitFor()
  await page.keyboard.press("Enter")
  assert(await input().isVisible(), "the refused text was taken")
  await screenshot(page, "input-refused")
  await input().fill("(2, 3, 40, 40)")
  await screenshot(page, "input-taken")
  await page.keyboard.press("Enter")
  await lens(/\(2, 3, 40, 40\).→.\(2, 4, 38, 38\)/)
  assert.equal(await page.locator(".codelens-decoration", { hasText: "assumed" }).count(), 0)
  await page.keyboard.press("Control+S")
  await page.waitForTimeout(500)
  assert.match(readFileSync(join(workspace, "unfed.py"), "utf8"), /^# layerscope: input \(2, 3, 40, 40\)\nclass Unfed/m)
})

test("packages of the interpreter that the Python extension has chosen are found, and of another one when it changes", async () => {
  await open("importing.py")
  await lens(/Imported/)
  await page.waitForTimeout(1500)
  assert.equal(await page.locator(".codelens-decoration", { hasText: "77 params" }).count(), 0, "the package was found elsewhere")
  write(chosen, join(home, "environment/bin/python"))
  await lens("77 params")
})

/** The panel's document, when its heading is this. */
async function panel(heading: string, patience = 60_000): Promise<Frame> {
  for (const start = Date.now(); Date.now() - start < patience; await page.waitForTimeout(200))
    for (const frame of webviews(page))
      if (
        (
          await frame
            .locator("h1")
            .allInnerTexts()
            .catch(() => [])
        )[0] === heading
      )
        return frame
  throw new Error(`No panel shows ${heading}`)
}

/** The window remembers its editors a moment after they are opened; on a busy machine, later still. */
const MEMORIES = [5_000, 20_000, 40_000]

/** The panel that a reloaded window brings back by itself. */
async function reloadedPanel(): Promise<Frame> {
  for (const memory of MEMORIES) {
    await clickText(page, "Conv2d")
    await runCommand(page, "Layerscope: Explain Layer")
    const before = await panel("Convolution")
    await before.locator(".verdict.agrees").waitFor({ timeout: 20_000 })
    await page.waitForTimeout(memory)
    await page.reload()
    await workbenchReady(page)
    const restored = await panel("Convolution", 30_000).catch(() => undefined)
    if (restored) return restored
  }
  throw new Error(`The panel did not come back, though the window had ${MEMORIES.at(-1)} ms to remember it`)
}

test("the panel comes back when the window is reloaded, with its layer", async () => {
  await open("lenet5.py")
  await lens("LeNet5")
  const restored = await reloadedPanel()
  assert.match(await restored.locator(".origin").innerText(), /conv1/)
  await restored.locator(".verdict.agrees").waitFor({ timeout: 20_000 })
})

const SERIOUS = `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, nodes }) => id + ": " + nodes.map(({ html, any }) => html.slice(0, 120) + " " + any.map(({ message }) => message).join()).join(" | ")))`

for (const theme of ["light", "dark", "high contrast", "high contrast light"] as const satisfies readonly Theme[])
  test(`axe finds nothing serious in the panel, ${theme}`, async () => {
    await chooseTheme(page, theme)
    await page.waitForTimeout(1000)
    const shown = await panel("Convolution")
    await screenshot(page, `person-${theme.replaceAll(" ", "-")}`)
    await shown.evaluate(axe.source)
    assert.deepEqual(await shown.evaluate(SERIOUS), [])
  })
