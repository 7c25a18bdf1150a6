/** Shapes: lists of sizes. */
import type { Dim } from "./dim.ts"

export type Shape = readonly Dim[]
