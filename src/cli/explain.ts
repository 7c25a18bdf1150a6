/** `layerscope explain FILE:LINE[:COLUMN]`: the hover as text. */
import { hoverAt } from "../facts/hover.ts"
import { offsetAt } from "../text/source.ts"
import type { Options } from "./arguments.ts"
import { openSession } from "./session.ts"
import type { Output } from "./summary.ts"

export function explain(options: Options, output: Output): number {
  const match = /^(.+?):(\d+)(?::(\d+))?$/.exec(options.files[0] ?? "")
  if (!match) return refuse(output, "name a place: layerscope explain model.py:12 or model.py:12:8")
  const [, file = "", line = "1", column] = match
  const analysis = openSession(options.timeout).run({ file, paths: options.paths })
  if (typeof analysis === "string") return refuse(output, analysis)
  const text = analysis.file
  const start = text.lineStarts[Number(line) - 1]
  if (start === undefined) return refuse(output, `${file} has ${text.lineStarts.length} lines`)
  const first = text.text.slice(start).search(/\S/)
  const offset =
    column === undefined ? start + Math.max(0, first) : offsetAt(text, { line: Number(line) - 1, character: Number(column) - 1 })
  const hover = hoverAt(analysis, offset, { isWholeLine: column === undefined })
  output.write(`${hover?.text ?? "Nothing is known here."}\n`)
  return 0
}

function refuse(output: Output, message: string): number {
  output.error(`layerscope: ${message}\n`)
  return 2
}
