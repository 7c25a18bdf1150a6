/** The models of a file as rows of a list: names, places and counts as plain data. */
import type { InputOrigin, Model } from "../model/model.ts"
import { type Position, positionAt } from "../text/source.ts"
import { type Dim, isUnknown, sum } from "../values/dim.ts"
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
  /** what is not known, and why */
  readonly gaps: readonly string[]
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
  }
}

function gapsOf({ unknowns, coverage, place }: Model): string[] {
  const reasons = unknowns.slice(0, LISTED_GAPS).map((gap) => `${gap.reason}${gap.place ? placeText(gap.place, place) : ""}`)
  const share = coverageText(coverage)
  return [...reasons, ...(share === undefined ? [] : [share])]
}
