/** `npm run pictures`: the README's and the walkthrough's pictures, taken in the real VS Code of our examples: node --import tsx test/host/pictures.ts */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Page } from "playwright-core"
import { launchChromium } from "./chromium.ts"
import { install, ROOT } from "./install.ts"
import { releaseNamed } from "./releases.ts"
import { startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { addressOf, clickText, newPage, runCommand, workbenchReady } from "./workbench.ts"

const PICTURES = join(ROOT, "media/pictures")
const SIZE = { width: 1060, height: 640 }
/** Small files: all pictures together stay below 300 KB. */
const QUALITY = 58

const data = mkdtempSync(join(tmpdir(), "layerscope-"))
const workspace = join(data, "examples")
cpSync(join(ROOT, "media/examples"), workspace, { recursive: true })
mkdirSync(PICTURES, { recursive: true })
// One number that does not fit, as one writes it at night.
const lenet = readFileSync(join(workspace, "lenet5.py"), "utf8")
writeFileSync(join(workspace, "mismatch.py"), lenet.replace("nn.Linear(16 * 5 * 5, 120)", "nn.Linear(16 * 6 * 6, 120)"))

const QUIET = {
  "workbench.startupEditor": "none",
  "editor.minimap.enabled": false,
  "workbench.activityBar.location": "default",
  "editor.fontSize": 13,
  "workbench.colorTheme": "Default Light Modern",
}
const server = await startServer(await install(releaseNamed("oldest")), { data, settings: { ...SETTINGS, ...QUIET } })
const browser = await launchChromium()
try {
  await drawIcon()
  await take("lenet5.py", "hover", async (page) => {
    await pointAt(page, "Linear")
    await setTimeout(800) // It fades in.
  })
  await take("mismatch.py", "problem", async (page) => {
    await clickText(page, "fc1")
    await page.keyboard.press("F8")
    await setTimeout(1500)
  })
  await take("lenet5.py", "explain", async (page) => {
    await clickText(page, "Conv2d")
    await runCommand(page, "Layerscope: Explain Layer")
    await page.mouse.move(5, 5)
    await setTimeout(6000)
  })
  await take("vgg.py", "model", async (page) => {
    await runCommand(page, "Layerscope: Show Model")
    await page.mouse.move(5, 5)
    await setTimeout(6000)
  })
} finally {
  await browser.close()
  server.stop()
  await server.ended
  rmSync(data, { recursive: true, force: true, maxRetries: 5 })
}

async function take(file: string, name: string, act: (page: Page) => Promise<void>): Promise<void> {
  const page = await newPage(browser)
  await page.setViewportSize(SIZE)
  await page.goto(addressOf(server, { folder: workspace, extension: ROOT, file: join(workspace, file) }))
  await workbenchReady(page)
  await page.locator(".codelens-decoration", { hasText: "params" }).first().waitFor({ timeout: 90_000 })
  // VS Code's own questions are no part of the picture.
  await page.addStyleTag({ content: ".notifications-toasts { display: none !important }" })
  // The side bar goes: the code needs the room.
  await page.keyboard.press("Control+b")
  await setTimeout(500)
  await act(page)
  const path = join(PICTURES, `${name}.jpg`)
  await page.screenshot({ path, type: "jpeg", quality: QUALITY })
  console.log(path)
  await page.close()
}

/** The marketplace wants a PNG: the activity bar's drawing in colours of its own. */
async function drawIcon(): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 256, height: 256 } })
  const drawing = readFileSync(join(ROOT, "media/activity.svg"), "utf8").replace(
    "<svg ",
    '<svg style="width: 180px; height: 180px; stroke: #fff" ',
  )
  const tile =
    "display: grid; place-items: center; height: 256px; border-radius: 48px; background: linear-gradient(135deg, #1f4e8c, #2a9d6f)"
  await page.setContent(`<body style="margin: 0"><div style="${tile}">${drawing}</div>`)
  await page.screenshot({ path: join(ROOT, "media/icon.png"), omitBackground: true })
  await page.close()
}

/** Rests the pointer on the end of a token, which is where a call's name stands, until its hover is there. */
async function pointAt(page: Page, text: string): Promise<void> {
  const box = await page.locator(".monaco-editor .view-line span span", { hasText: text }).first().boundingBox()
  if (!box) throw new Error(`${text} is not on the screen`)
  await page.mouse.move(box.x + box.width - 20, box.y + box.height / 2, { steps: 8 })
  await page.locator(".monaco-hover:not(.hidden) .hover-row").filter({ hasNotText: "Loading..." }).first().waitFor({ timeout: 20_000 })
}
