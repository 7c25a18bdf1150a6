// Every function and method of torch's signatures, called with a grid of plain arguments: nothing we say of any call is wrong.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { gunzipSync } from "node:zlib"
import { judgeAll } from "./judging.ts"
import { type Case, torchProgram } from "./programs.ts"

/** At most so many calls whose answer we do not know: sizes that depend on the data, see `test/oracle/not-covered.md`. */
const UNKNOWN = 78

const { cases } = JSON.parse(gunzipSync(readFileSync(new URL("./torch_grid.json.gz", import.meta.url))).toString()) as { cases: Case[] }

test(`${cases.length} calls of torch's functions and methods`, async () => {
  const verdicts = await judgeAll(cases, torchProgram)
  const of = (kind: string) => verdicts.filter((verdict) => verdict.kind === kind).map(({ text }) => `  ${text}`)
  console.log(`${of("agrees").length} agree, ${of("unknown").length} unknown, ${of("wrong").length} wrong, of ${verdicts.length}`)
  if (process.env.ALL) console.log(of("unknown").join("\n"))
  assert.deepEqual(of("wrong"), [], of("wrong").join("\n"))
  assert(of("unknown").length <= UNKNOWN, of("unknown").join("\n"))
})
