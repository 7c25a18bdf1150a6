/** Every expression of the specs gives what CPython gives; `measure.py` wrote the expectations. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { answersOf } from "./running.ts"

const folder = new URL("specs/", import.meta.url)

for (const name of readdirSync(folder)) {
  test(`${name} agrees with CPython`, () => {
    const text = readFileSync(new URL(name, folder), "utf8")
    const lines = text.split("\n")
    const wrong = answersOf(text).flatMap(({ line, text: actual }) => {
      const expected = /# ((?:=>|raises) .*)$/.exec(lines[line] ?? "")?.[1]
      return expected === actual ? [] : [`${name}:${line + 1}: ${lines[line]}\n    got ${actual}`]
    })
    assert.equal(wrong.join("\n"), "")
  })
}
