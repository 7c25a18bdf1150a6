/** A model as plain data: its inputs, its layers in call order, its counts, and what is not known of it. */
import type { Place } from "../text/source.ts"
import type { Dim } from "../values/dim.ts"
import type { AttentionMask, Sliding } from "../values/interpreter.ts"
import type { Shape } from "../values/shape.ts"
import type { Framework } from "../values/value.ts"

export type InputOrigin = "stated" | "solved" | "assumed"

export interface TensorFact {
  readonly shape: Shape | undefined
  readonly dtype: string | undefined
}

export interface Input extends TensorFact {
  /** the parameter of `forward` or `call` */
  readonly name: string
  readonly origin: InputOrigin
  /** other sizes that would fit, when it was solved */
  readonly alternatives?: readonly number[]
  /** the call of the file that gives it */
  readonly source?: Place
}

export interface Weight {
  readonly name: string
  readonly shape: Shape
  readonly isTrainable: boolean
  readonly dtype: string | undefined
}

/** One module: its own weights and operators, its children's not counted. */
export interface Layer {
  /** "layer1.0.conv1"; the root is "" */
  readonly path: string
  /** class name */
  readonly type: string
  /** qualified class name, such as "torch.nn.Conv2d" */
  readonly qualifiedType: string
  readonly isLeaf: boolean
  readonly weights: readonly Weight[]
  /** undefined when not known */
  readonly parameters: Dim | undefined
  readonly inputs: readonly TensorFact[]
  /** of the first call; undefined when it was never called or the output is no tensor */
  readonly output: TensorFact | undefined
  readonly macs: Dim | undefined
  readonly calls: number
  /** of a window that slides: a convolution, a pooling */
  readonly receptiveField?: ReceptiveField
  /** where the layer was made */
  readonly place: Place
}

export interface Edge {
  /** index into `operations`, or -1 - index into `inputs` */
  readonly from: number
  readonly to: number
}

/** One operator that was applied, in order. */
export interface Operation {
  readonly name: string
  /** path of the module that applied it */
  readonly layer: string
  readonly outputs: readonly TensorFact[]
  readonly macs: Dim
  readonly memory: OperationMemory
  /** of an attention */
  readonly mask?: AttentionMask
  /** of a window */
  readonly sliding?: Sliding
}

/** Of one operator, in bytes; undefined when not known. */
export interface OperationMemory {
  /** new results; views and writing in place make none */
  readonly made: Dim | undefined
  /** what is kept for the backward pass and was not kept yet */
  readonly kept: Dim | undefined
}

/** In bytes, for the batch that is given; undefined when not known. */
export interface ModelMemory {
  /** parameters and buffers, each once, by data type */
  readonly weights: ReadonlyMap<string, Dim> | undefined
  /** all results of the forward pass together */
  readonly made: Dim | undefined
  /** the most that is alive at once in inference, the inputs included; what an operator needs inside is not */
  readonly peak: Dim | undefined
  /** what training keeps of the forward pass for the backward pass */
  readonly kept: Dim | undefined
}

/** What one element of a result sees of the model's input. */
export interface ReceptiveField {
  /** along each spatial axis */
  readonly sizes: readonly Dim[]
  /** between neighbours */
  readonly strides: readonly Dim[]
}

export interface Share {
  readonly known: number
  readonly total: number
}

/** How much of a model is known, and what stops the rest. */
export interface Coverage {
  readonly layers: Share
  readonly operations: Share
  /** most frequent first */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}

export interface Gap {
  readonly reason: string
  readonly place: Place | undefined
}

export interface Model {
  readonly name: string
  readonly class: string
  readonly framework: Framework
  /** the class, or the expression that made it */
  readonly place: Place
  readonly inputs: readonly Input[]
  readonly outputs: readonly TensorFact[]
  /** where each output comes from, as edges name it; undefined when nothing seen made it */
  readonly producers: readonly (number | undefined)[]
  readonly parameters: { readonly total: Dim | undefined; readonly trainable: Dim | undefined; readonly buffers: Dim | undefined }
  readonly macs: Dim | undefined
  readonly memory: ModelMemory
  readonly coverage: Coverage
  readonly layers: readonly Layer[]
  readonly operations: readonly Operation[]
  readonly edges: readonly Edge[]
  readonly unknowns: readonly Gap[]
}
