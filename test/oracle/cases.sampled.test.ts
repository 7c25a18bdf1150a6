// Thousands of measured cases go through the command line: what we say of each is what the framework did, or that we do not know.
import assert from "node:assert/strict"
import { test } from "node:test"
import { sampled } from "../sampling.ts"
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
  { name: "./torch_functions.json", program: torchProgram, unknown: 4, unreported: 60 }, // `cat` and `stack` of nothing, where nobody calls the model
  { name: "./keras_layers.json", program: kerasProgram, unknown: 0, unreported: 0 },
  { name: "./tfjs_layers.json", program: tfjsProgram, unknown: 0, unreported: 0 },
]

const ZERO =
  "a zero may be the length of a collection that a callback or the network fills: to us it looks empty, and the code would be called wrong"
const DEFAULTED = "Keras 2 has a default there, and its programs run"

/** Refused programs that we must not report, because what we see of them is the same as of programs that run. */
const UNDECIDABLE: ReadonlyMap<string, string> = new Map([
  ["layers.Conv2D(0, 3) on 2,17,14,8", ZERO],
  ["layers.SimpleRNN(0) on 3,5,10", ZERO],
  ["layers.LSTM(0) on 3,5,10", ZERO],
  ["layers.GRU(0) on 3,5,10", ZERO],
  ["tf.layers.conv2d({filters: 0, kernelSize: 3}) on 2,17,14,8", ZERO],
  ["tf.layers.maxPooling2d({poolSize: 0}) on 2,17,14,8", ZERO],
  ["layers.AveragePooling1D() on 2,17,8", DEFAULTED],
  ["layers.AveragePooling2D() on 2,17,14,8", DEFAULTED],
  ["layers.AveragePooling3D() on 2,9,10,11,8", DEFAULTED],
  [
    "layers.Conv2D(6, 3, out=4) on 2,17,14,8",
    "releases of Keras know different keywords, and old ones take those of Keras 1; no list of them is complete",
  ],
])

const isUndecidable = (text: string): boolean => [...UNDECIDABLE.keys()].some((title) => text.startsWith(`${title}: `))

for (const { name, program, unknown, unreported } of SUITES) {
  test(`${name}: nothing we say is wrong`, async () => {
    const verdicts = await judgeAll(
      sampled(
        readCases(name).filter((item) => isExpressible(item, program)),
        5,
      ),
      program,
    )
    const judged = verdicts.filter(({ kind, text }) => kind !== "unreported" || !isUndecidable(text))
    const of = (kind: Verdict["kind"]) => judged.filter((verdict) => verdict.kind === kind).map(({ text }) => `  ${text}`)
    console.log(
      `${name}: ${of("agrees").length} agree, ${of("unknown").length} unknown, ${of("unreported").length} unreported, ${of("wrong").length} wrong, of ${judged.length}`,
    )
    const stale = verdicts.filter(({ kind, text }) => kind === "agrees" && UNDECIDABLE.has(text)).map(({ text }) => text)
    assert.deepEqual(stale, [], "these are reported now and need no reason")
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
