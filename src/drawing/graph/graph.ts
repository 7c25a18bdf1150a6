/** A model as a graph of boxes within boxes: what the page that draws whole models is sent. Plain data. */

export interface GraphNode {
  readonly id: string
  readonly kind: "module" | "repeat" | "operation" | "input" | "output"
  /** Class or operator: "Linear", "matmul"; of a repeat what is repeated. */
  readonly label: string
  /** "transformer.h.0.attn"; of an operation its module's. */
  readonly path: string
  /** The module or repeat it lies in; undefined at top level. */
  readonly parent?: string
  /** How many alike follow each other; of repeats only. */
  readonly count?: number
  /** Its own and those of all within; null when not known or symbolic. */
  readonly parameters: number | null
  readonly macs: number | null
  /** Bytes of the results of all operations within, at float32 unless another type is known. */
  readonly memory: number | null
  /** "2 × 128 × 384" */
  readonly shape?: string
  /** Where it is made, for the way to the code: zero-based. */
  readonly place?: { readonly uri: string; readonly line: number }
  /** Against another model or revision. */
  readonly change?: Change
}

export interface Change {
  readonly kind: "added" | "removed" | "changed"
  /** "Linear 512 → 10 was Linear 512 → 100" */
  readonly text: string
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** Shape of what flows. */
  readonly label?: string
}

export interface ModelGraph {
  readonly name: string
  readonly framework: string
  /** Parents stand before what they hold. */
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
  readonly parameters: number | null
  readonly macs: number | null
  readonly memory: number | null
  /** What it is compared with, in words: "as of HEAD". */
  readonly comparedWith?: string
}

/** What the colours tell. */
export type Measure = "parameters" | "macs" | "memory"
export const MEASURES: readonly { readonly name: Measure; readonly label: string }[] = [
  { name: "parameters", label: "Parameters" },
  { name: "macs", label: "MACs" },
  { name: "memory", label: "Activation memory" },
]
