/** Every subject in every theme: content, a check that really runs, nothing serious for axe, and drawings that can be read. */
import assert from "node:assert/strict"
import { test } from "node:test"
import axe from "axe-core"
import type { Page } from "playwright-core"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import type { Subject } from "../../src/concepts/subject.ts"
import { THEMES, wear } from "../gallery/themes.ts"
import { unreadable } from "./legible.ts"
import { close, complaints, type OpenMessage, open, startPanels } from "./opening.ts"

startPanels()

/** Those that colours, borders and sizes decide; all others ask what no theme changes. */
const RULES_OF_THEMES = ["color-contrast", "link-in-text-block", "target-size"]
const [FIRST = "dark", ...OTHERS] = Object.keys(THEMES)

test("all subjects", { concurrency: 2 }, async (all) => {
  const idle: Page[] = []
  await Promise.all(
    SUBJECTS.map((subject) =>
      all.test(
        `${subject.id}: diagram, numbers, formulas, page, a check that agrees, and all of it to be read in every theme`,
        async () => {
          const page = await shown(subject, idle.pop())
          await assertContent(page, subject)
          assert.deepEqual(await axeViolations(page), [])
          assert.deepEqual(await unreadable(page), [], FIRST)
          for (const theme of OTHERS) {
            await page.evaluate(wear, THEMES[theme]!)
            assert.deepEqual(await axeViolations(page, RULES_OF_THEMES), [], theme)
            assert.deepEqual(await unreadable(page), [], theme)
          }
          assert.deepEqual(complaints(page), [], "console errors")
          // After a failure the next subject gets a page of its own.
          idle.push(page)
        },
      ),
    ),
  )
  await Promise.all(idle.map(close))
})

/** In a panel that showed another subject before, as VS Code opens it, or in a new one. */
async function shown({ id, title }: Subject, page: Page | undefined): Promise<Page> {
  const message: OpenMessage = { kind: "open", subject: id }
  if (!page) {
    const fresh = await open(message, { theme: FIRST })
    // Through the debugger, which the page's policy does not bind.
    await fresh.evaluate(axe.source)
    return fresh
  }
  await page.evaluate(wear, THEMES[FIRST]!)
  await page.evaluate((open) => window.postMessage(open, "*"), message)
  await page.locator("h1", { hasText: title }).waitFor()
  return page
}

async function assertContent(page: Page, { title }: Subject): Promise<void> {
  await page.locator(".verdict.agrees").waitFor({ timeout: 60_000 })
  assert.equal(await page.locator("h1").innerText(), title)
  const text = await page.locator("#panel").innerText()
  assert.match(text, /Ran on TensorFlow\.js 4\.22\.0 · (WebAssembly|plain JavaScript)/)
  assert(!/\{\{|undefined|NaN/.test(text))
  assert((await page.locator("tbody tr").count()) >= 1)
  assert((await page.locator(".formula math").count()) >= 1)
  assert((await page.locator(".canvas svg :is(rect, path, circle, text)").count()) > 15)
  assert.match(await page.locator(".page").innerText(), /Sources/)
}

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Rules that are broken seriously, each with where; all rules, or some. */
async function axeViolations(page: Page, rules?: readonly string[]): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
    const { violations } = await axe.run({ resultTypes: ["violations"], ...(runOnly && { runOnly }) })
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html, failureSummary }) => html.slice(0, 160) + failureSummary).join(" | ")}`)
  }, rules)
}
