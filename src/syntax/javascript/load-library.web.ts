/** Loads TypeScript's parser into a worker of the browser; synchronously, because parsing is. */
import type { TypeScript } from "./library.ts"

declare const LAYERSCOPE_BASE: string
declare function importScripts(address: string): void
/** What the script leaves behind. */
declare const LayerscopeTypeScript: TypeScript

export function loadTypeScript(): TypeScript {
  importScripts(`${LAYERSCOPE_BASE}typescript.js`)
  return LayerscopeTypeScript
}
