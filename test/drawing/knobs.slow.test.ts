// Whatever a subject's knobs are, there is a sound diagram or a reason why there is none.
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { assertSound, knobsOf } from "./sound.ts"

for (const subject of SUBJECTS)
  test(`${subject.id}: whatever the knobs are, there is a sound diagram or a reason`, () => {
    fc.assert(
      fc.property(knobsOf(subject), fc.nat(40), (knobs, moment) => {
        const { problems } = subject.numbers(knobs)
        if (problems.length > 0) assert(problems.every((problem) => problem.endsWith(".")))
        else assertSound(subject.diagram(knobs, { moment, toggled: [] }))
      }),
      { numRuns: 60, seed: 7 },
    )
  })
