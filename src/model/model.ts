/** A model as plain data: its inputs, its layers in call order, its counts, and what is not known of it. */
import type { Place } from "../text/source.ts"
import type { Dim } from "../values/dim.ts"
import type { AttentionMask } from "../values/interpreter.ts"
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
  /** of an attention */
  readonly mask?: AttentionMask
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
  readonly layers: readonly Layer[]
  readonly operations: readonly Operation[]
  readonly edges: readonly Edge[]
  readonly unknowns: readonly Gap[]
}
