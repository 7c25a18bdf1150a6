/** The typing itself, to be bundled: how long the analysis thread takes to answer a keystroke in a file of 300 lines. */
import { readFileSync } from "node:fs"
import { openAnalysis } from "../../src/editor/analysis.ts"
import { collectYoung } from "../../src/editor/idle.ts"
import { parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"
import { measured, type Line, milliseconds, percentile } from "./measuring.ts"

const EXAMPLES = ["resnet.py", "gpt.py", "vae.py"]
const LINES = 300
const RUNS = 100
/** Warm is an editor in which somebody has typed for half a minute: only then has the engine compiled what runs often. */
const WARMING = 150

/** Three examples one below the other, cut at 300 lines. */
function program(folder: string): string {
  const texts = EXAMPLES.map((name) => readFileSync(`${folder}/${name}`, "utf8"))
  return texts.join("\n").split("\n").slice(0, LINES).join("\n")
}

export function typing(folder: string): Line[] {
  const text = program(folder)
  const answers = openAnalysis(new Int32Array(1))
  answers.settings({
    folders: [],
    importPaths: [],
    timeLimit: 60,
    showsLenses: true,
    showsHints: true,
    theme: "dark",
    levels: {},
    hasPanel: true,
  })
  const submit = (changed: string) => {
    answers.submit({ uri: "file:///bench.py", path: "/bench.py", language: "python", text: changed, slot: 0, ticket: 0 })
  }
  submit(text)
  // A URI of its own each time: nothing is remembered from the parse before.
  const parsing = measured(RUNS, (run) => void parse(sourceFile(`file:///fresh${run}.py`, "python", text)))
  const place = text.indexOf("\n", text.indexOf("def forward")) + 1
  const comment = measured(RUNS, (run) => void submit(`${text.slice(0, place)}        # ${"typed".repeat(run + 1)}\n${text.slice(place)}`))
  // Between keystrokes the thread is idle and collects garbage.
  const value = measured(
    RUNS,
    (run) => void submit(text.replace("self.in_planes = 64", `self.in_planes = ${65 + run}`)),
    WARMING,
    collectYoung,
  )
  const ratio = percentile(comment, 0.5) / percentile(parsing, 0.5)
  return [
    {
      what: `A keystroke in a comment, ${LINES} lines`,
      result: `${milliseconds(percentile(comment, 0.5))} median, ${ratio.toFixed(2)} times a full parse (${milliseconds(percentile(parsing, 0.5))})`,
      target: "at most 3 times",
      isMet: ratio <= 3,
    },
    {
      what: `A keystroke that changes a value, ${LINES} lines`,
      result: `${milliseconds(percentile(value, 0.95))} p95, ${milliseconds(percentile(value, 0.5))} median, after ${WARMING} keystrokes`,
      target: "p95 at most 30 ms",
      isMet: percentile(value, 0.95) <= 30,
    },
  ]
}
