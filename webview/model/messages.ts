/** What the host and the page of whole models say to each other. Types only. */
import type { ModelGraph } from "../../src/drawing/graph/graph.ts"

export type ExportFormat = "svg" | "png" | "json" | "csv" | "tex" | "mmd"

export type ToModelPage =
  /** A whole snapshot each time; `models` are the names one can choose among. */
  | {
      readonly kind: "show"
      readonly graph: ModelGraph
      readonly models: readonly string[]
      readonly chosen: number
      readonly comparison: Comparison
    }
  /** The cursor stands in a line: parts that are made there are marked. */
  | { readonly kind: "cursor"; readonly uri: string; readonly line: number }
  | { readonly kind: "notice"; readonly text: string }

/** With the version of the last commit, with another model of the file, with one of another file, or with nothing. */
export type Comparison = "head" | "none" | "elsewhere" | number

export type FromModelPage =
  | { readonly kind: "ready" }
  | { readonly kind: "choose"; readonly index: number }
  | { readonly kind: "compare"; readonly with: Exclude<Comparison, "elsewhere"> }
  | { readonly kind: "reveal"; readonly uri: string; readonly line: number }
  /** A PNG as base64, everything else as text. */
  | { readonly kind: "export"; readonly format: ExportFormat; readonly name: string; readonly content: string }
