/** The summary as the command line's JSON contract has it: plain data, positions counted from 1. */
import type { FoundProblem } from "../evaluate/evaluation.ts"
import type { Coverage, Gap, Layer, Model, ModelMemory, TensorFact } from "../model/model.ts"
import { type Place, rangeOf } from "../text/source.ts"
import { type Dim, dimCode, sum } from "../values/dim.ts"
import type { Analysis } from "./analyze.ts"
import { messageOf, severityOf } from "./problems.ts"
import type { Severity } from "./rules/rule.ts"

/** A number; a text in names, integers, + - * // ( ), or of decimal digits above 2^53; null when unknown. */
export type Size = number | string | null

export interface SpanFact {
  readonly start: { readonly line: number; readonly character: number }
  readonly end: { readonly line: number; readonly character: number }
}

/** The call that gives an input. */
export interface SourceFact {
  readonly file: string
  readonly span: SpanFact
}

export interface Summary {
  readonly version: 1
  readonly models: readonly ModelSummary[]
  readonly problems: readonly ProblemSummary[]
  /** statements that were not run to their end: models may hide behind them */
  readonly unknowns: readonly GapSummary[]
}

export interface GapSummary {
  readonly reason: string
  readonly file: string | null
  readonly span: SpanFact | null
}

export interface ModelSummary {
  readonly name: string
  readonly class: string
  readonly file: string
  readonly span: SpanFact
  readonly inputs: readonly {
    readonly shape: readonly Size[] | null
    readonly dtype: string | null
    readonly origin: string
    readonly source?: SourceFact
  }[]
  readonly outputs: readonly { readonly shape: readonly Size[] | null; readonly dtype: string | null }[]
  readonly parameters: { readonly total: Size; readonly trainable: Size; readonly buffers: Size }
  readonly macs: Size
  readonly memory: MemorySummary
  readonly coverage: Coverage
  readonly layers: readonly LayerSummary[]
  readonly unknowns: readonly GapSummary[]
}

/** In bytes, for the batch given; `training` is what PyTorch keeps of the forward pass for the backward pass. */
export interface MemorySummary {
  readonly weights: { readonly total: Size; readonly byType: Readonly<Record<string, Size>> }
  readonly activations: { readonly forward: Size; readonly peak: Size; readonly training: Size }
}

export interface LayerSummary {
  readonly path: string
  readonly type: string
  readonly parameters: Size
  readonly output: readonly Size[] | null
  readonly macs: Size
  /** elements of the input that one of the result sees along each axis, and steps between neighbours */
  readonly receptiveField?: { readonly sizes: readonly Size[]; readonly strides: readonly Size[] }
  readonly file: string
  readonly span: SpanFact
}

export interface ProblemSummary {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly file: string
  readonly span: SpanFact
  readonly fix?: string
}

export function summaryOf(analysis: Analysis): Summary {
  const { models, problems, gaps } = analysis
  return { version: 1, models: models.map(modelSummary), problems: problems.map(problemSummary), unknowns: gaps.map(gapSummary) }
}

function modelSummary(model: Model): ModelSummary {
  const { total, trainable, buffers } = model.parameters
  return {
    name: model.name,
    class: model.class,
    file: model.place.file.uri,
    span: spanOf(model.place),
    inputs: model.inputs.map((input) => ({
      ...tensorSummary(input),
      origin: input.origin,
      ...(input.source && { source: { file: input.source.file.uri, span: spanOf(input.source) } }),
    })),
    outputs: model.outputs.map(tensorSummary),
    parameters: { total: sizeOf(total), trainable: sizeOf(trainable), buffers: sizeOf(buffers) },
    macs: sizeOf(model.macs),
    memory: memorySummary(model.memory),
    coverage: model.coverage,
    layers: model.layers.map(layerSummary),
    unknowns: model.unknowns.map(gapSummary),
  }
}

function memorySummary({ weights, made, peak, kept }: ModelMemory): MemorySummary {
  return {
    weights: {
      total: sizeOf(weights && sum([...weights.values()])),
      byType: Object.fromEntries([...(weights ?? [])].map(([dtype, bytes]) => [dtype, sizeOf(bytes)])),
    },
    activations: { forward: sizeOf(made), peak: sizeOf(peak), training: sizeOf(kept) },
  }
}

function layerSummary({ path, type, parameters, output, macs, receptiveField, place }: Layer): LayerSummary {
  return {
    path,
    type,
    parameters: sizeOf(parameters),
    output: output?.shape?.map(sizeOf) ?? null,
    macs: sizeOf(macs),
    ...(receptiveField && {
      receptiveField: { sizes: receptiveField.sizes.map(sizeOf), strides: receptiveField.strides.map(sizeOf) },
    }),
    file: place.file.uri,
    span: spanOf(place),
  }
}

const tensorSummary = ({ shape, dtype }: TensorFact) => ({ shape: shape?.map(sizeOf) ?? null, dtype: dtype ?? null })

const gapSummary = ({ reason, place }: Gap): GapSummary => ({ reason, file: place?.file.uri ?? null, span: place ? spanOf(place) : null })

export function problemSummary(problem: FoundProblem): ProblemSummary {
  const { code, place, fix } = problem
  const base = { code, severity: severityOf(problem), message: messageOf(problem), file: place.file.uri, span: spanOf(place) }
  return fix ? { ...base, fix: `${fix.argument}=${fix.value}` } : base
}

export function sizeOf(dim: Dim | undefined): Size {
  if (dim === undefined) return null
  if (typeof dim === "number") return dim
  return typeof dim === "bigint" ? String(dim) : dimCode(dim)
}

export function spanOf(place: Place): SpanFact {
  const { start, end } = rangeOf(place)
  return { start: { line: start.line + 1, character: start.character + 1 }, end: { line: end.line + 1, character: end.character + 1 } }
}
