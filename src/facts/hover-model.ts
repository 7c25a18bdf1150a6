/** What a hover says of a model: inputs and outputs, totals, its layers. */
import type { Layer, Model } from "../model/model.ts"
import type { ClassBody } from "../syntax/tree.ts"
import { type Place, positionAt } from "../text/source.ts"
import type { Analysis } from "./analyze.ts"
import { macText } from "./hover-layer.ts"
import { code, type Line, plain, quiet, strong } from "./markdown.ts"
import { modelsAt, type Row, totalBelow } from "./rows.ts"
import { coverageText, memoryText } from "./quantities.ts"
import { countText, tensorText } from "./text.ts"

/** A model's direct children that are listed. */
const LISTED_CHILDREN = 12
/** Reasons that are listed. */
const LISTED_GAPS = 3

export function classLines(analysis: Analysis, node: ClassBody): Line[] {
  const model =
    modelsAt(analysis, node.nameSpan ?? node.span)[0] ??
    analysis.models.find((candidate) => candidate.class === node.name && candidate.place.file === analysis.file)
  return model ? modelLines(model) : partLines(analysis, node)
}

export function modelLines(model: Model): Line[] {
  const { total, trainable, buffers } = model.parameters
  const frozen =
    total !== undefined && trainable !== undefined && countText(total) !== countText(trainable)
      ? ` · ${countText(trainable)} trainable`
      : ""
  const held = buffers !== undefined && buffers !== 0 ? ` · ${countText(buffers)} in buffers` : ""
  const memory = memoryText(model)
  return [
    [strong(model.name)],
    undefined,
    [...signature(model)],
    [strong("Parameters "), plain(`${countText(total)}${frozen}${held}`)],
    [strong("MACs "), plain(model.macs === undefined ? "?" : macText(model.macs, model))],
    ...(memory === undefined ? [] : [[strong("Memory "), plain(memory)]]),
    undefined,
    ...originLines(model),
    undefined,
    ...childLines(model),
    undefined,
    ...gapLines(model),
  ]
}

function signature({ inputs, outputs }: Model) {
  const list = (facts: readonly Parameters<typeof tensorText>[0][]) => facts.map(tensorText).join(", ") || "?"
  return [code(list(inputs)), plain(" → "), code(list(outputs))]
}

/** Says which call gives the inputs, or how they were found when nobody states them. */
function originLines({ inputs, place }: Model): Line[] {
  const source = inputs.find((input) => input.source)?.source
  if (source) return [[quiet(`The input is that of the call${placeText(source, place)}.`)]]
  const solved = inputs.find(({ origin }) => origin === "solved")
  if (solved)
    return [
      [
        quiet(
          `The input's size is solved: the layers pin it down${solved.alternatives?.length ? `; ${solved.alternatives.join(", ")} would fit too` : ""}.`,
        ),
      ],
    ]
  return inputs.some(({ origin }) => origin === "assumed") ? [[quiet("The input is assumed: nothing in the code states it.")]] : []
}

function childLines(model: Model): Line[] {
  const children = model.layers.filter(({ path }) => path !== "" && !path.includes("."))
  const listed = children.slice(0, LISTED_CHILDREN).map((layer) => childLine({ model, layer }))
  return children.length > LISTED_CHILDREN ? [...listed, [quiet(`and ${children.length - LISTED_CHILDREN} more`)]] : listed
}

function childLine(row: Row): Line {
  const { path, type, output } = row.layer
  const parameters = totalBelow(row, (part: Layer) => part.parameters)
  const count = parameters === 0 ? "" : ` · ${countText(parameters)} params`
  return [code(path), plain(` ${type}${output ? ` → ${tensorText(output)}` : ""}${count}`)]
}

function gapLines({ unknowns, place, coverage }: Model): Line[] {
  const meter = coverageText(coverage)
  const known: Line[] = meter === undefined ? [] : [[quiet(`${meter}.`)]]
  return [...known, ...reasonLines(unknowns, place)]
}

function reasonLines(unknowns: Model["unknowns"], place: Place): Line[] {
  const listed = unknowns
    .slice(0, LISTED_GAPS)
    .map((gap): Line => [quiet(`Not known: ${gap.reason}${gap.place ? placeText(gap.place, place) : ""}`)])
  return unknowns.length > LISTED_GAPS ? [...listed, [quiet(`and ${unknowns.length - LISTED_GAPS} more reasons`)]] : listed
}

/** " (line 12)", or " (resnet.py:12)" in another file. */
export function placeText(place: Place, home: Place): string {
  const line = positionAt(place.file, place.span.start).line + 1
  return place.file === home.file ? ` (line ${line})` : ` (${place.file.uri.slice(place.file.uri.lastIndexOf("/") + 1)}:${line})`
}

/** A module class that is a part of a model: where it is used. */
function partLines(analysis: Analysis, { name }: ClassBody): Line[] {
  const rows = analysis.models.flatMap((model) => model.layers.filter(({ type }) => type === name).map((layer) => ({ model, layer })))
  const [first] = rows
  if (!first || name === undefined) return []
  const { layer, model } = first
  const shapes: Line = layer.output
    ? [code(layer.inputs.map(tensorText).join(", ") || "?"), plain(" → "), code(tensorText(layer.output))]
    : [quiet("never called here")]
  const uses = rows.length > 1 ? `${rows.length} times in ${model.class}; numbers of the first, ` : `in ${model.class} as `
  return [
    [strong(name)],
    undefined,
    [quiet(uses), code(layer.path)],
    shapes,
    [strong("Parameters "), plain(countText(totalBelow(first, (part) => part.parameters)))],
    [
      strong("MACs "),
      plain(
        macText(
          totalBelow(first, (part) => part.macs),
          model,
        ),
      ),
    ],
  ]
}
