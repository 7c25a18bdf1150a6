// Programs with faults that were really run: each fault that is found stays found, on its line, and no mended twin is blamed.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { judge, type Program } from "./judging.ts"

const PROGRAMS = readFileSync(new URL("programs.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Program)

/** What no analysis of ours finds yet: whoever mends one takes it out. */
const MISSED: ReadonlySet<string> = new Set(["u09-dropout-args", "u10-inherit-noinit"])
/** What nothing is offered for yet. */
const MENDED = 79

const judgements = PROGRAMS.map(judge)

for (const { program, errors, isOnLine, falseErrors } of judgements)
  test(`${program.framework} ${program.id}`, () => {
    assert.deepEqual(falseErrors, [], "the mended twin is blamed")
    assert.equal(errors.length > 0, !MISSED.has(program.id), program.error)
    if (errors.length > 0) assert.ok(isOnLine, `line ${program.line} (${program.fault_line}): ${errors.join("; ")}`)
  })

test("fixes mend as many programs as before", () => {
  assert.ok(judgements.filter(({ isMended }) => isMended).length >= MENDED)
})
