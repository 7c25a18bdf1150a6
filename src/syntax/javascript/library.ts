/** The only door to TypeScript's parser, opened when the first JavaScript or TypeScript file is read: it is larger than all the rest. */

import { createRequire } from "node:module"
import type ts from "typescript"

/** With one function that the package exports but does not declare; the methods of nodes that call it are not in the parser. */
export type TypeScript = typeof ts & { getTokenPosOfNode(node: ts.Node, file: ts.SourceFile): number }

/** Bundles name the file that lies beside them; from source it is the package. */
declare const LAYERSCOPE_TYPESCRIPT: string | undefined

let loaded: TypeScript | undefined

/** Synchronous, because parsing is: a host without `require` supplies the library first. */
export function typescript(): TypeScript {
  loaded ??= createRequire(here())(typeof LAYERSCOPE_TYPESCRIPT === "string" ? LAYERSCOPE_TYPESCRIPT : "typescript") as TypeScript
  return loaded
}

// CommonJS bundles have no `import.meta`, modules no `__filename`.
function here(): string {
  return typeof __filename === "string" ? __filename : import.meta.url
}
