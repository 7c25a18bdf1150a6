/** Pictures of whole models for the eye, outside VS Code: `model.ts FILE [theme] [open]`, into the ignored `test/screenshots/`. */
import { mkdirSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { launchChromium } from "../host/chromium.ts"
import { modelsOf, showing, startModelPage } from "./model-page.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const FOLDER = join(ROOT, "test/screenshots")
const [path = join(ROOT, "media/examples/resnet.py"), theme = "dark", open = ""] = process.argv.slice(2)

const models = modelsOf(path)
if (models.length === 0) throw new Error(`${path} holds no model`)
const server = await startModelPage(showing(models), theme)
const browser = await launchChromium()
const page = await browser.newPage({ viewport: { width: 1000, height: 900 }, reducedMotion: "reduce" })
page.on("console", (entry) => entry.type() === "error" && console.log(entry.text()))
page.on("pageerror", (error) => console.log(error.message))
await page.goto(server.address)
await page.locator("[data-drawn]").waitFor({ timeout: 20_000 })
console.log(`${await page.locator("#model").getAttribute("data-drawn")} boxes`)
if (open !== "") await page.getByRole("button", { name: "Open all boxes" }).click()
await page.waitForTimeout(open === "" ? 300 : 1500)
mkdirSync(FOLDER, { recursive: true })
await page.screenshot({ path: join(FOLDER, `model-${basename(path)}-${theme}${open && "-open"}.png`) })
await browser.close()
server.close()
