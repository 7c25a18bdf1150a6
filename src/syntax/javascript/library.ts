/** The only door to TypeScript's parser, opened when the first JavaScript or TypeScript file is read: it is larger than all the rest. */

import { createRequire } from "node:module"
import type ts from "typescript"

export type TypeScript = typeof ts

/** Bundles name the file that lies beside them; from source it is the package. */
declare const LAYERSCOPE_TYPESCRIPT: string | undefined

let loaded: TypeScript | undefined

/** Synchronous, because parsing is: a host without `require` supplies the library first. */
export function typescript(): TypeScript {
  loaded ??= createRequire(import.meta.url)(typeof LAYERSCOPE_TYPESCRIPT === "string" ? LAYERSCOPE_TYPESCRIPT : "typescript") as TypeScript
  return loaded
}

export function supplyTypescript(library: TypeScript): void {
  loaded = library
}
