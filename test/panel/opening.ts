/** The panel opened in a real browser, as a reader has it in front of him. */
import assert from "node:assert/strict"
import { after, before } from "node:test"
import type { Browser, Page } from "playwright-core"
import type { FromPanel, ToPanel } from "../../webview/messages.ts"
import { type Gallery, startGallery } from "../gallery/gallery.ts"
import { launchChromium } from "../host/chromium.ts"

export type OpenMessage = Extract<ToPanel, { kind: "open" }>

export interface Opening {
  readonly theme?: string
  readonly width?: number
  readonly motion?: "reduce" | "no-preference"
}

let gallery: Gallery
let browser: Browser
const pages = new WeakMap<Page, string[]>()

let isStarted = false

/** Both live as long as the tests of this process: files that share it share them. */
export function startPanels(): void {
  if (isStarted) return
  isStarted = true
  before(async () => {
    gallery = await startGallery()
    browser = await launchChromium()
  })
  after(async () => {
    await browser?.close()
    gallery?.close()
  })
}

export async function open(message: OpenMessage, { theme = "dark", width = 1000, motion = "reduce" }: Opening = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, reducedMotion: motion, bypassCSP: false })
  // A machine that does other things besides needs its time.
  page.setDefaultTimeout(30_000)
  // The compiler of the tests names functions with it, also those that run in the page.
  await page.addInitScript("window.__name = (named) => named")
  const wrong: string[] = []
  pages.set(page, wrong)
  page.on("console", (entry) => entry.type() === "error" && wrong.push(entry.text()))
  page.on("pageerror", (error) => wrong.push(error.message))
  await page.goto(`${gallery.address}?theme=${theme}&open=${encodeURIComponent(JSON.stringify(message))}`)
  await page.locator("h1", { hasText: /./ }).waitFor()
  return page
}

/** What the page complained about since it was last asked. */
export const complaints = (page: Page): string[] => pages.get(page)?.splice(0) ?? []

export async function close(page: Page): Promise<void> {
  assert.deepEqual(complaints(page), [], "console errors")
  await page.close()
}

export const posted = (page: Page): Promise<FromPanel[]> => page.evaluate(() => (window as unknown as { posted: FromPanel[] }).posted)
