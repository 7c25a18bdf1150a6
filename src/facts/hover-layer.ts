/** What a hover says of a layer, where it is made and where it is called. */
import type { Model, ReceptiveField } from "../model/model.ts"
import { type Dim, dimText, equals, isConcrete } from "../values/dim.ts"
import type { InstanceValue } from "../values/value.ts"
import type { Analysis } from "./analyze.ts"
import type { Target } from "./at.ts"
import { parameterFormula } from "./formula.ts"
import type { LayerSubject } from "./hover.ts"
import { modelLines } from "./hover-model.ts"
import { code, type Line, plain, quiet, strong } from "./markdown.ts"
import { type Row, rowsOf, totalBelow } from "./rows.ts"
import { countText, perExample, shareText, tensorText } from "./text.ts"

type LayerTarget = Extract<Target, { kind: "layer" }>

/** More layers than these are counted, not listed. */
const LISTED_LAYERS = 4

export function layerSubject({ class: cls }: InstanceValue): LayerSubject {
  const described = cls.mro.find(({ layer }) => layer)?.layer
  return { type: described?.name ?? cls.qualifiedName, ...(described?.documentation && { documentation: described.documentation }) }
}

export function layerLines(analysis: Analysis, target: LayerTarget): Line[] {
  const { instance, all } = target
  const [first, ...others] = rowsOf(analysis, target.node, all)
  if (!first) return unplacedLines(analysis, target)
  return [...titleLines(instance, first.layer.path), undefined, ...factLines(first, instance), undefined, ...otherLines(others)]
}

function titleLines({ class: cls }: InstanceValue, path: string): Line[] {
  const name = path ? [plain("  "), code(path)] : []
  const sentence = cls.layer?.sentence
  return [[strong(cls.name), ...name], ...(sentence ? [undefined, [plain(sentence)]] : [])]
}

/** A module that is no part of a model that was found: the model itself, or one that is made but not kept. */
function unplacedLines(analysis: Analysis, { instance, result }: LayerTarget): Line[] {
  const model = analysis.models.find((candidate) => candidate.class === instance.class.name && instance.class.layer === undefined)
  if (model) return modelLines(model)
  const output = result?.value.kind === "tensor" ? [[plain("gives "), code(tensorText(result.value))]] : []
  return [...titleLines(instance, ""), undefined, ...output]
}

function factLines(row: Row, { class: cls }: InstanceValue): Line[] {
  const { layer, model } = row
  const lines: Line[] = []
  const inputs = layer.inputs.map(tensorText).join(", ")
  if (layer.output) lines.push([code(inputs || "?"), plain(" → "), code(tensorText(layer.output))])
  else if (layer.calls === 0) lines.push([quiet("never called here")])
  lines.push(parameterLine(row))
  if (cls.layer?.formula && layer.weights.length > 0) lines.push([quiet(`= ${cls.layer.formula}`)])
  const macs = totalBelow(row, (part) => part.macs)
  if (macs !== 0) lines.push([strong("MACs "), plain(macText(macs, model)), ...share(macs, model.macs, model)])
  if (layer.receptiveField) lines.push([quiet(fieldText(layer.receptiveField))])
  if (layer.calls > 1) lines.push([quiet(`called ${layer.calls} times; shapes are of the first call, MACs of all`)])
  return lines
}

/** "sees 43 × 43 of the input, in steps of 8" */
function fieldText({ sizes, strides }: ReceptiveField): string {
  const [step = 1] = strides
  const isEven = strides.every((stride) => equals(stride, step) === true)
  const steps = isEven
    ? step === 1
      ? ""
      : `, in steps of ${dimText(step)}`
    : `, in steps of ${strides.map((stride) => dimText(stride)).join(" × ")}`
  return `each value sees ${sizes.map((size) => dimText(size)).join(" × ")} of the input${steps}`
}

function parameterLine(row: Row): Line {
  const { layer, model } = row
  const total = layer.isLeaf ? layer.parameters : totalBelow(row, (part) => part.parameters)
  const formula = layer.isLeaf ? parameterFormula(layer) : undefined
  const isFrozen = layer.weights.length > 0 && layer.weights.every(({ isTrainable }) => !isTrainable)
  const equation = formula ? `${formula} = ${countText(total)}` : countText(total)
  return [
    strong("Parameters "),
    plain(formula && countText(total) === formula ? countText(total) : equation),
    ...(isFrozen ? [quiet(" frozen")] : []),
    ...share(total, model.parameters.total, model),
  ]
}

function share(part: Dim | undefined, whole: Dim | undefined, model: Model) {
  const text = shareText(perExample(part), perExample(whole))
  return text ? [plain(` · ${text} of ${model.class}`)] : []
}

/** MACs for one example where the batch is a symbol; else for the batch the code gives. */
export function macText(macs: Dim | undefined, { inputs }: Model, unit = ""): string {
  const batch = inputs[0]?.shape?.[0]
  const isBatch = batch !== undefined && isConcrete(batch) && batch !== 1
  return `${countText(perExample(macs))}${unit}${isBatch ? ` for ${batch} examples` : ""}`
}

function otherLines(others: readonly Row[]): Line[] {
  if (others.length === 0) return []
  const listed = others.slice(0, LISTED_LAYERS).map(otherLine)
  const rest = others.length > LISTED_LAYERS ? [[quiet(`and ${others.length - LISTED_LAYERS} more`)]] : []
  return [[quiet(`${others.length + 1} layers; this is the first. The others:`)], ...listed, ...rest]
}

function otherLine(row: Row): Line {
  const { path, output } = row.layer
  return [
    code(path),
    plain(` ${output ? tensorText(output) : "not called"} · ${countText(totalBelow(row, (part) => part.parameters))} params`),
  ]
}
