// Random networks that torch really ran: what we say of a sample of them is what torch measured.
import assert from "node:assert/strict"
import { test } from "node:test"
import { compare, measured } from "./comparing.ts"

const SAMPLE = 80

test(`${SAMPLE} of ${measured.networks.length} random networks are as torch measured them`, async () => {
  const step = Math.floor(measured.networks.length / SAMPLE)
  const verdicts = await compare(Array.from({ length: SAMPLE }, (_, index) => measured.first + index * step))
  const off = verdicts
    .filter(({ kind }) => kind === "differs" || kind === "unknown")
    .map(({ seed, kind, text }) => `  seed ${seed} ${kind}: ${text}`)
  assert.deepEqual(off, [], off.join("\n"))
})
