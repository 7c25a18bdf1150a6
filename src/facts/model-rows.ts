/** The models of a file as rows of a list: names, places and counts as plain data. */
import type { InputOrigin, Model } from "../model/model.ts"
import { type Position, positionAt } from "../text/source.ts"
import { type Dim, isUnknown, sum, symbolsOf } from "../values/dim.ts"
import type { Analysis } from "./analyze.ts"
import { macText } from "./hover-layer.ts"
import { placeText } from "./hover-model.ts"
import { coverageText } from "./quantities.ts"
import { type Size, sizeOf } from "./summary.ts"
import { bytesText, countText, perExample, tensorText } from "./text.ts"

/** A count to sort by and to export, and as people read it. */
export interface Amount {
  readonly size: Size
  /** "61,706"; "9·in_ch + 64" when it hangs on sizes; "?" when not known */
  readonly text: string
}

export interface ModelRow {
  readonly name: string
  readonly class: string
  readonly framework: string
  /** where its class, or its making, begins */
  readonly at: Position
  /** which it is of the models that begin there */
  readonly ordinal: number
  readonly parameters: Amount
  readonly macs: Amount
  /** bytes of parameters and buffers */
  readonly weights: Amount
  /** bytes of the tensors that are alive at once in inference, at most */
  readonly peak: Amount
  /** both together */
  readonly memory: Amount
  /** "(1, 3, 224, 224)" */
  readonly input: string
  readonly output: string
  /** how the input was found; undefined when nothing is known of one */
  readonly origin: InputOrigin | undefined
  /** why something is not known */
  readonly gaps: readonly string[]
  /** "52 of 53 layers, 170 of 175 operators known"; undefined where all is */
  readonly coverage: string | undefined
}

/** More reasons than these are not listed. */
const LISTED_GAPS = 3

/** A count for one example where the code leaves the batch open. */
const amount = (count: Dim | undefined, text: (count: Dim | undefined) => string): Amount => {
  const one = perExample(count)
  return { size: one === undefined || isUnknown(one) ? null : sizeOf(one), text: text(one) }
}

/** Models that the file imports are rows of their own files. */
export function modelRows({ models, file }: Analysis): ModelRow[] {
  const own = models.filter(({ place }) => place.file === file)
  const startOf = ({ place }: Model): number => place.span.start
  return own.map((model, index) => {
    const ordinal = own.slice(0, index).filter((other) => startOf(other) === startOf(model)).length
    return { ...rowOf(model), at: positionAt(file, startOf(model)), ordinal }
  })
}

function rowOf(model: Model): Omit<ModelRow, "at" | "ordinal"> {
  const { memory, parameters, inputs } = model
  const weights = memory.weights && sum([...memory.weights.values()])
  const held = weights === undefined || memory.peak === undefined ? undefined : sum([weights, memory.peak])
  const uncertain = inputs.find(({ origin }) => origin !== "stated") ?? inputs[0]
  return {
    name: model.name,
    class: model.class,
    framework: model.framework,
    parameters: amount(parameters.total, countText),
    macs: amount(model.macs, (count) => macText(count, model)),
    weights: amount(weights, bytesText),
    peak: amount(memory.peak, bytesText),
    memory: amount(held, bytesText),
    input: model.inputs.map(tensorText).join(", "),
    output: model.outputs.map(tensorText).join(", "),
    origin: uncertain?.shape && uncertain.origin,
    gaps: gapsOf(model),
    coverage: coverageText(model.coverage),
  }
}

/** Reasons that the model gives, those of its layers, and those of the sizes that nobody knows. */
function gapsOf({ unknowns, coverage, place, layers, inputs }: Model): string[] {
  const stated = unknowns.map((gap) => `${gap.reason}${gap.place ? placeText(gap.place, place) : ""}`)
  const known = new Set(unknowns.map(({ reason }) => reason))
  const shapes = [
    ...layers.flatMap(({ weights }) => weights.map(({ shape }) => shape)),
    ...inputs.flatMap(({ shape }) => (shape ? [shape] : [])),
  ]
  const sizes = shapes.flat().flatMap(symbolsOf)
  const others = [...coverage.reasons, ...sizes].flatMap(({ reason }) => (reason === undefined || known.has(reason) ? [] : [reason]))
  return [...new Set([...stated, ...others])].slice(0, LISTED_GAPS)
}
