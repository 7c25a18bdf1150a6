// Runs the literate specs: every Python or JavaScript block of the pages beside this file is evaluated, and what its comments claim is compared.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import { blocksOf, claimsOf, verdicts } from "./claims.ts"

const FOLDER = new URL("./", import.meta.url)

for (const page of readdirSync(FOLDER).filter((name) => name.endsWith(".md")))
  for (const block of blocksOf(readFileSync(new URL(page, FOLDER), "utf8")))
    test(`${page}: ${block.heading}`, () => {
      const claims = claimsOf(block)
      assert.ok(claims.length > 0, "a block that claims nothing proves nothing")
      for (const { claim, actual } of verdicts(block, claims))
        assert.equal(actual, claim.text, `line ${claim.line + 1}: ${claim.source.trim()}`)
    })
