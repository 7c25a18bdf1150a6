/** Edits of a layer's arguments: where a value stands in the call that makes it, and where a new one goes. */
import type { Argument, Call, Expression } from "../syntax/tree.ts"
import { nodeAt } from "../syntax/walk.ts"
import type { Span } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { isLayerValue, targetAt } from "./at.ts"
import type { TextEditFact } from "./directives.ts"

/** The edit that gives an argument of the call at `span` a value; undefined where the call leaves no safe place for it. */
export function argumentEdit(analysis: Analysis, span: Span, argument: string, value: string): TextEditFact | undefined {
  const call = callAt(analysis, span)
  if (!call) return undefined
  if (analysis.file.language !== "python") return optionEdit(analysis, call, argument, value)
  const found = argumentNamed(analysis, call, argument)
  if (found) return { span: found.value.span, text: value }
  if (call.arguments.some(({ spread }) => spread === "mapping")) return undefined
  return insertion(analysis, call, `${argument}=${value}`)
}

/** The same for the layer that is made, or called, at an offset. */
export function argumentEditAt(analysis: Analysis, offset: number, argument: string, value: string): TextEditFact | undefined {
  const target = targetAt(analysis, offset)
  const place = target?.kind === "layer" ? target.instance.place : undefined
  return place && place.file === analysis.file ? argumentEdit(analysis, place.span, argument, value) : undefined
}

/** What stands for an argument in the code; undefined when it is left to its default. */
export function argumentNamed(analysis: Analysis, call: Call, name: string): Argument | undefined {
  const keyword = call.arguments.find((argument) => argument.name === name)
  if (keyword) return keyword
  const position = parameterNames(analysis, call).indexOf(name)
  const before = call.arguments.slice(0, position + 1)
  if (position < 0 || before.some(({ spread }) => spread)) return undefined
  const found = call.arguments[position]
  return found && found.name === undefined ? found : undefined
}

/** The positional parameters of the layer's class, in order. */
function parameterNames({ observations }: Analysis, call: Call): string[] {
  const made = observations.get(call)?.value
  const signature = isLayerValue(made) ? made.class.layer?.signature : undefined
  if (signature === undefined) return []
  return (signature.split(/,\s*\*(?:,|$)/)[0] ?? "").split(/,(?![^([]*[)\]])/).map((part) => (part.split("=")[0] ?? "").trim())
}

export function callAt({ tree }: Analysis, { start, end }: Span): Call | undefined {
  return nodeAt(tree, start).find((node): node is Call => node.kind === "call" && node.span.start === start && node.span.end === end)
}

function insertion({ file }: Analysis, call: Call, text: string): TextEditFact {
  const last = call.arguments.at(-1)
  if (last) return { span: { start: last.span.end, end: last.span.end }, text: `, ${text}` }
  const at = file.text.lastIndexOf(")", call.span.end - 1)
  return { span: { start: at, end: at }, text }
}

/** TensorFlow.js layers take one object of options, whose names are in camel case. */
function optionEdit(analysis: Analysis, call: Call, argument: string, value: string): TextEditFact | undefined {
  const options = call.arguments[0]?.value
  const name = argument.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  if (!options) return insertion(analysis, call, `{ ${name}: ${value} }`)
  if (options.kind !== "dictionary") return undefined
  const entry = options.entries.find((candidate) => candidate.kind === "entry" && keyText(candidate.key) === name)
  if (entry?.kind === "entry") return { span: entry.value.span, text: value }
  const last = options.entries.at(-1)
  const at = last?.span.end ?? options.span.start + 1
  return { span: { start: at, end: at }, text: last ? `, ${name}: ${value}` : ` ${name}: ${value} ` }
}

const keyText = (key: Expression): string | undefined => (key.kind === "string" ? key.value : key.kind === "name" ? key.name : undefined)
