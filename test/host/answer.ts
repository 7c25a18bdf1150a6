/** The driver's side of the suite's requests: carries them out in the window, whichever browser shows it. */

import { mkdirSync } from "node:fs"
import { readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Frame, Page } from "playwright-core"
import type { Answer, Place, Request } from "../vscode/requests.ts"
import { ROOT } from "./install.ts"
import { chooseTheme, hoverText, webviews } from "./workbench.ts"

const SCREENSHOTS = join(ROOT, "test/screenshots")

/** Answers until the signal comes. */
export async function answerRequests(folder: string, page: Page, label: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    for (const file of (await readdir(folder)).filter((name) => name.endsWith(".request"))) {
      const request = JSON.parse(await readFile(join(folder, file), "utf8")) as Request
      const answer = await carryOut(request, page, label)
      await rename(join(folder, file), join(folder, file.replace("request", "seen")))
      const reply = join(folder, file.replace("request", "answer"))
      await writeFile(`${reply}.writing`, JSON.stringify(answer))
      await rename(`${reply}.writing`, reply)
    }
    await setTimeout(30)
  }
}

export async function carryOut(request: Request, page: Page, label: string): Promise<Answer> {
  try {
    return { done: await act(request, page, label) }
  } catch (error) {
    return { failed: String((error as Error).message) }
  }
}

async function act(request: Request, page: Page, label: string): Promise<string> {
  switch (request.kind) {
    case "screenshot":
      return screenshot(page, `${label}-${request.name}`)
    case "text":
      return texts(frames(page, request.place), request.selector ?? "body")
    case "click":
      await (await holding(frames(page, request.place), request.selector)).locator(request.selector).first().click({ timeout: 10_000 })
      return ""
    case "fill":
      await fill(await holding(frames(page, request.place), request.selector), request.selector, request.value)
      return ""
    case "press":
      await page.keyboard.press(request.key)
      return ""
    case "hover":
      return hoverText(page, request.text)
    case "theme":
      await chooseTheme(page, request.theme)
      return ""
  }
}

export async function screenshot(page: Page, name: string): Promise<string> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const path = join(SCREENSHOTS, `${name}.png`)
  await page.screenshot({ path })
  return path
}

function frames(page: Page, place: Place): Frame[] {
  return place === "panel" ? webviews(page) : [page.mainFrame()]
}

async function texts(places: Frame[], selector: string): Promise<string> {
  const found = await Promise.all(places.map((frame) => frame.locator(selector).allInnerTexts()))
  return found.flat().join("\n")
}

/** The first frame that shows the selector. */
async function holding(places: Frame[], selector: string): Promise<Frame> {
  for (const frame of places) if (await frame.locator(selector).count()) return frame
  throw new Error(`Nothing matches ${selector}`)
}

/** Sliders and the toolkit's own elements take no typing: they get the value and the two events. */
async function fill(frame: Frame, selector: string, value: string): Promise<void> {
  await frame
    .locator(selector)
    .first()
    .evaluate((element, text) => {
      Object.assign(element, { value: text })
      for (const name of ["input", "change"]) element.dispatchEvent(new Event(name, { bubbles: true, composed: true }))
    }, value)
}
