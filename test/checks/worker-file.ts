/** Bundles the worker of live checks as the build does, for tests. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export const WASM_FOLDER = join(ROOT, "node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/")

export async function workerFile(): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), "layerscope-checks-")), "checks.cjs")
  await build({
    absWorkingDir: ROOT,
    entryPoints: ["src/checks/worker.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    ignoreAnnotations: true,
    minify: true,
    logLevel: "error",
  })
  return outfile
}
