/** How long the analysis thread takes to answer a keystroke: measured on a bundle, which is what ships and is faster than the sources are under a loader. */
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { slimPyright } from "../../src/syntax/bundle.mjs"
import type { Line } from "./measuring.ts"

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export async function keystrokes(): Promise<Line[]> {
  const outfile = path("../../dist/test/typing.mjs")
  await build({
    entryPoints: [path("typing.ts")],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    loader: { ".md": "text", ".svg": "text" },
    banner: { js: 'import{createRequire as __require}from"node:module";const require=__require(import.meta.url);' },
    define: { LAYERSCOPE_TYPESCRIPT: '"../typescript.cjs"' },
    plugins: [slimPyright],
  })
  const { typing } = (await import(outfile)) as { typing(folder: string): Line[] }
  return typing(path("../../media/examples"))
}
