/** What the host and the worker of live checks say to each other. */
import type { CheckResult, Knobs } from "../concepts/subject.ts"

/** Where the worker finds what it loads; given once, at its start. */
export interface Provisions {
  /** The folder, or the URL, of the `.wasm` files; ends with a slash. */
  readonly wasmFolder: string
  /** A folder with `@tensorflow/tfjs-node`, probed before; never one of the workspace. */
  readonly nativeFolder?: string
  /** Only these, in this order; for tests. */
  readonly only?: readonly Engine[]
}

export type Engine = "native" | "wasm" | "cpu"

export type ToWorker =
  | { readonly kind: "start"; readonly provisions: Provisions }
  | { readonly kind: "check"; readonly id: number; readonly subject: string; readonly knobs: Knobs }

export type FromWorker =
  | { readonly kind: "started"; readonly backend: string; readonly warnings: readonly string[] }
  | { readonly kind: "result"; readonly id: number; readonly result: CheckResult }
  /** No engine starts here. */
  | { readonly kind: "lost"; readonly reason: string }
  /** It was not run, on purpose; the reason says what to change. */
  | { readonly kind: "refused"; readonly id: number; readonly reason: string }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
