/** Chooses what executes: a native library the user provides, else WebAssembly, else plain JavaScript. */
import * as core from "@tensorflow/tfjs-core"
import "@tensorflow/tfjs-core/dist/register_all_gradients.js"
import "@tensorflow/tfjs-backend-cpu"
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm"
import type { Library } from "./backend.ts"
import { loadNative } from "./load-native.ts"
import type { Engine, Provisions } from "./messages.ts"

export interface Chosen {
  readonly library: Library
  readonly name: string
  /** What it does in some 50 ms on an ordinary laptop. */
  readonly macsPerRun: number
  /** Why better ones were passed over. */
  readonly warnings: readonly string[]
}

const ENGINES: Readonly<Record<Engine, (provisions: Provisions) => Promise<Omit<Chosen, "warnings">>>> = {
  native: async ({ nativeFolder }) => {
    if (nativeFolder === undefined) throw new Error("no folder with @tensorflow/tfjs-node is set")
    const library = loadNative(nativeFolder)
    await library.ready()
    return { library, name: `TensorFlow.js · native (${library.getBackend()})`, macsPerRun: 1_000_000_000 }
  },
  wasm: async ({ wasmFolder }) => {
    setWasmPaths(wasmFolder)
    if (!(await core.setBackend("wasm"))) throw new Error("WebAssembly did not start")
    await core.ready()
    const hasSimd = await core.env().getAsync("WASM_HAS_SIMD_SUPPORT")
    return {
      library: core,
      name: `TensorFlow.js ${core.version_core} · WebAssembly${hasSimd ? " (SIMD)" : ""}`,
      macsPerRun: hasSimd ? 400_000_000 : 100_000_000,
    }
  },
  cpu: async () => {
    await core.setBackend("cpu")
    return { library: core, name: `TensorFlow.js ${core.version_core} · plain JavaScript`, macsPerRun: 10_000_000 }
  },
}

export async function chooseEngine(provisions: Provisions): Promise<Chosen> {
  const order = provisions.only ?? (provisions.nativeFolder === undefined ? ["wasm", "cpu"] : ["native", "wasm", "cpu"])
  const warnings: string[] = []
  for (const engine of order as readonly Engine[]) {
    try {
      return { ...(await ENGINES[engine](provisions)), warnings }
    } catch (error) {
      warnings.push(`${engine}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  throw new Error(`No engine started. ${warnings.join("; ")}`)
}
