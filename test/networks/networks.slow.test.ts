// Every random network that torch really ran, at least five thousand: none may differ.
import assert from "node:assert/strict"
import { test } from "node:test"
import { compare, type Kind, measured } from "./comparing.ts"

test(`${measured.networks.length} random networks: none differs`, async () => {
  const verdicts = await compare(measured.networks.map((_, index) => measured.first + index))
  const of = (kind: Kind) => verdicts.filter((verdict) => verdict.kind === kind).map(({ seed, text }) => `  seed ${seed}: ${text}`)
  console.log(
    `${of("agrees").length} agree, ${of("differs").length} differ, ${of("unknown").length} unknown; refused by torch: ${of("refused").length} told, ${of("unreported").length} not`,
  )
  if (process.env.ALL) console.log([...of("unknown"), ...of("unreported")].join("\n"))
  assert.deepEqual(of("differs"), [], of("differs").join("\n"))
  assert.deepEqual(of("unknown"), [], of("unknown").join("\n"))
  assert(of("agrees").length >= 5000, `only ${of("agrees").length} agree`)
})
