/** Loads TypeScript's parser; synchronously, because parsing is. */
import { createRequire } from "node:module"
import type { TypeScript } from "./library.ts"

/** Bundles name the file that lies beside them; from source it is the package. */
declare const LAYERSCOPE_TYPESCRIPT: string | undefined

export const loadTypeScript = (): TypeScript =>
  createRequire(here())(typeof LAYERSCOPE_TYPESCRIPT === "string" ? LAYERSCOPE_TYPESCRIPT : "typescript") as TypeScript

// CommonJS bundles have no `import.meta`, modules no `__filename`.
function here(): string {
  return typeof __filename === "string" ? __filename : import.meta.url
}
