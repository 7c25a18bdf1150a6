// Thousands of measured cases go through the command line: what we say of each is what the framework did, or that we do not know.
import assert from "node:assert/strict"
import { test } from "node:test"
import { judgeAll, type Verdict } from "./judging.ts"
import { type Case, kerasProgram, type Program, readCases, tfjsProgram, torchProgram } from "./programs.ts"

interface Suite {
  readonly name: string
  readonly program: (item: Case, index: number) => Program
  /** at most so many measured facts that we say we do not know; lower it as the catalogue grows */
  readonly unknown: number
  /** at most so many refused programs that we do not report */
  readonly unreported: number
}

const SUITES: readonly Suite[] = [
  { name: "./torch_layers.json", program: torchProgram, unknown: 1, unreported: 5 },
  { name: "./torch_functions.json", program: torchProgram, unknown: 4, unreported: 58 },
  { name: "./keras_layers.json", program: kerasProgram, unknown: 0, unreported: 8 },
  { name: "./tfjs_layers.json", program: tfjsProgram, unknown: 0, unreported: 5 },
]

for (const { name, program, unknown, unreported } of SUITES) {
  test(`${name}: nothing we say is wrong`, () => {
    const verdicts = judgeAll(
      readCases(name).filter((item) => isExpressible(item, program)),
      program,
    )
    const of = (kind: Verdict["kind"]) => verdicts.filter((verdict) => verdict.kind === kind).map(({ text }) => `  ${text}`)
    console.log(
      `${name}: ${of("agrees").length} agree, ${of("unknown").length} unknown, ${of("unreported").length} unreported, ${of("wrong").length} wrong, of ${verdicts.length}`,
    )
    // ALL=1 lists what is merely not known, too.
    if (process.env.ALL) console.log([...of("unknown"), ...of("unreported")].join("\n"))
    assert.deepEqual(of("wrong"), [], of("wrong").join("\n"))
    assert(of("unknown").length <= unknown, `${of("unknown").length} unknown\n${of("unknown").join("\n")}`)
    assert(of("unreported").length <= unreported, `${of("unreported").length} unreported\n${of("unreported").join("\n")}`)
  })
}

/** Plain values are no model's output; a graph of layers starts from inputs, and in TensorFlow.js holds no operators. */
function isExpressible(item: Case, program: Suite["program"]): boolean {
  if (program === tfjsProgram && !item.layer) return false
  if (program === kerasProgram && Object.keys(item.inputs).length === 0) return false
  return item.error !== undefined || (item.outputs ?? []).some((output) => "shape" in output)
}
