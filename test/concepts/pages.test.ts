/** Every subject has a page: short, with sources, and with no placeholder that stays empty. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { initialKnobs, type Subject } from "../../src/concepts/subject.ts"

const pageOf = ({ group, id }: Subject): string => readFileSync(new URL(`../../src/concepts/${group}/${id}.md`, import.meta.url), "utf8")

for (const subject of SUBJECTS) {
  const page = pageOf(subject)

  test(`${subject.id}: the page has fewer than 400 words`, () => {
    assert(page.split(/\s+/).length < 400)
  })

  test(`${subject.id}: the page names its sources with year and link`, () => {
    const sources = page.split("## Sources")[1] ?? ""
    const items = sources.trim().split(/\n(?=- )/)
    assert(items.length >= 3)
    for (const item of items) assert.match(item, /\b(19|20)\d\d, \[.+\]\(https:\/\/.+\)/s)
  })

  test(`${subject.id}: the page's placeholders are quantities`, () => {
    const names = new Set(subject.numbers(initialKnobs(subject)).quantities.map(({ name }) => name))
    for (const [, name = ""] of page.matchAll(/\{\{(\w+)\}\}/g)) assert(names.has(name), name)
  })
}
