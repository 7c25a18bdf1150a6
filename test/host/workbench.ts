/** The workbench in a browser page, and what a person does in it. */

import type { Browser, Frame, Page } from "playwright-core"
import type { Server } from "./server.ts"

export interface Opening {
  folder: string
  /** A file shown at once. */
  file?: string
  /** An extension run from its folder. */
  extension?: string | undefined
  /** The bundled suite to run. */
  suite?: string
}

/** An address that opens a folder of this machine, for any browser. */
export function addressOf({ authority }: Server, { folder, file, extension, suite }: Opening): string {
  const remote = (path: string) => `vscode-remote://${authority}${slashed(path)}`
  const payload = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
    ...(extension ? [["extensionDevelopmentPath", remote(extension)]] : []),
    ...(suite ? [["extensionTestsPath", remote(suite)]] : []),
    ...(file ? [["openFile", remote(file)]] : []),
  ]
  return `http://${authority}/?folder=${encodeURIComponent(slashed(folder))}&payload=${encodeURIComponent(JSON.stringify(payload))}`
}

function slashed(path: string): string {
  return path.replaceAll("\\", "/").replace(/^(?=[A-Za-z]:)/, "/")
}

export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 })
  return context.newPage()
}

/** Waits until text stands in an editor. A question whether the folder is trusted is answered with yes. */
export async function workbenchReady(page: Page): Promise<void> {
  const question = page.locator(".monaco-dialog-box")
  await page.addLocatorHandler(question, async () => {
    await question.locator(".monaco-button").first().click()
  })
  await page.locator(".monaco-editor .view-line").first().waitFor({ timeout: 60_000 })
}

/** Runs a command by its title, as F1 does. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press("F1")
  const input = page.locator(".quick-input-widget .quick-input-box input").first()
  await input.waitFor()
  await input.fill(`>${title}`)
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().click()
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" })
}

/** Puts the pointer on a piece of text in the editor and waits for the hover. The text must lie within one token. */
export async function hoverText(page: Page, text: string): Promise<string> {
  await page.mouse.move(5, 5)
  await page.locator(".monaco-editor .view-line span span", { hasText: text }).first().hover({ force: true })
  const hover = page.locator(".monaco-hover:not(.hidden) .hover-row").filter({ hasNotText: "Loading..." }).first()
  await hover.waitFor({ timeout: 20_000 })
  return hover.innerText()
}

/** Puts the cursor on a piece of text in the editor. */
export async function clickText(page: Page, text: string): Promise<void> {
  await page.mouse.move(5, 5)
  await page.locator(".monaco-hover:not(.hidden)").waitFor({ state: "hidden" })
  await page.locator(".monaco-editor .view-line span span", { hasText: text }).first().click({ force: true }) // The caret may lie on top.
}

const THEMES = {
  light: "Light Modern",
  dark: "Dark Modern",
  "high contrast": "Dark High Contrast",
  "high contrast light": "Light High Contrast",
}

export type Theme = keyof typeof THEMES

export async function chooseTheme(page: Page, theme: Theme): Promise<void> {
  await page.keyboard.press("F1")
  const input = page.locator(".quick-input-widget .quick-input-box input").first()
  await input.waitFor()
  await input.fill(">Preferences: Color Theme")
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "Preferences: Color Theme" }).first().click()
  await page.locator(".quick-input-widget input[placeholder*='Preview'], .quick-input-widget input[placeholder*='Color Theme']").waitFor()
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: THEMES[theme] }).first()
  await input.fill(THEMES[theme])
  await row.waitFor()
  await page.keyboard.press("Enter")
  await page.locator(".quick-input-widget").waitFor({ state: "hidden" })
}

/** The documents of the webviews that are open. */
export function webviews(page: Page): Frame[] {
  return page.frames().filter((frame) => /\/fake\.html/.test(frame.url()))
}
