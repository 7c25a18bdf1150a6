/** Finds out whether a folder holds a `@tensorflow/tfjs-node` that works here, in a process that may die. */
import { execFile } from "node:child_process"

/** Loading the library takes a second or two. */
const PATIENCE = 15_000

const PROBE =
  'const tf=require(process.argv[1]);tf.ready().then(()=>{tf.zeros([1]).dataSync();process.stdout.write("works:"+tf.getBackend());process.exit(0)})'

export type Probed = { readonly works: true; readonly backend: string } | { readonly works: false; readonly reason: string }

/** The folder must come from a machine-scoped setting or our own install; a workspace's native code is never loaded. */
export function probeNative(folder: string): Promise<Probed> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["-e", PROBE, folder],
      { timeout: PATIENCE, env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" } },
      (error, stdout, stderr) => {
        const backend = /works:(\w+)/.exec(stdout)?.[1]
        if (backend) return resolve({ works: true, backend })
        const last = stderr.split("\n").find((line) => /Error|dlopen/.test(line))
        resolve({ works: false, reason: last?.trim() ?? error?.message ?? "it did not start" })
      },
    )
  })
}
