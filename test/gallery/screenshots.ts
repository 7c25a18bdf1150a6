/** Pictures of the panel for the eye: every subject in every theme, into the ignored `test/screenshots/`. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { startGallery } from "./gallery.ts"
import { THEMES } from "./themes.ts"

const FOLDER = fileURLToPath(new URL("../screenshots/", import.meta.url))
const [wanted = "", width = "1000"] = process.argv.slice(2)

mkdirSync(FOLDER, { recursive: true })
const gallery = await startGallery()
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
})
for (const { id } of SUBJECTS)
  for (const theme of Object.keys(THEMES)) {
    const name = `panel-${id}-${theme}-${width}`
    if (!name.includes(wanted)) continue
    const page = await browser.newPage({ viewport: { width: Number(width), height: 900 }, reducedMotion: "reduce" })
    page.on("console", (message) => message.type() === "error" && console.log(name, message.text()))
    page.on("pageerror", (error) => console.log(name, error.message))
    await page.goto(`${gallery.address}?subject=${id}&theme=${theme}`)
    await page.locator(".verdict").waitFor({ timeout: 20_000 })
    await page.locator(".canvas").focus()
    for (let step = 0; step < 7; step++) await page.keyboard.press("ArrowRight")
    await page.waitForTimeout(400)
    await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true })
    await page.close()
  }
await browser.close()
gallery.close()
