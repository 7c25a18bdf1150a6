/**
 * Uses VS Code as a person would, in every colour theme, and takes pictures on the way:
 * node --import tsx test/host/drive.ts [--release newest] [--file gpt.py] [--hover Embedding] [--command "Layerscope: Explain Layer"]
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { parseArgs } from "node:util"
import type { Page } from "playwright-core"
import { screenshot } from "./answer.ts"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { releaseNamed } from "./releases.ts"
import { startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { addressOf, chooseTheme, clickText, hoverText, newPage, runCommand, type Theme, webviews, workbenchReady } from "./workbench.ts"

const { values } = parseArgs({
  options: {
    release: { type: "string", default: "oldest" },
    file: { type: "string", default: "lenet5.py" },
    hover: { type: "string", default: "Conv2d" },
    command: { type: "string", default: "Layerscope: Explain Layer" },
  },
})

const examples = join(ROOT, "media/examples")
const file = existsSync(values.file) ? values.file : join(examples, values.file)
const data = mkdtempSync(join(tmpdir(), "layerscope-"))
const server = await startServer(await install(releaseNamed(values.release)), { data, settings: SETTINGS })
const browser = await launchChromium()
try {
  const page = await newPage(browser)
  await page.goto(addressOf(server, { folder: examples, extension: ROOT, file }))
  await workbenchReady(page)
  await setTimeout(4000)
  for (const theme of ["light", "dark", "high contrast"] as const) await visit(page, theme)
} finally {
  await browser.close()
  server.stop()
  await server.ended
  rmSync(data, { recursive: true, force: true, maxRetries: 5 })
}

/** The file, a hover, then the command on the same text. */
async function visit(page: Page, theme: Theme): Promise<void> {
  const name = theme.replaceAll(" ", "-")
  await chooseTheme(page, theme)
  await setTimeout(1000)
  console.log(await screenshot(page, `${name}-editor`))
  console.log(await hoverText(page, values.hover))
  await setTimeout(500) // It fades in.
  console.log(await screenshot(page, `${name}-hover`))
  await clickText(page, values.hover)
  await runCommand(page, values.command)
  await setTimeout(5000)
  console.log(await screenshot(page, `${name}-panel`))
  for (const frame of webviews(page)) console.log((await frame.locator("body").innerText()).slice(0, 400))
  await clickText(page, values.hover)
  await runCommand(page, "View: Close Editors in Other Groups")
}
