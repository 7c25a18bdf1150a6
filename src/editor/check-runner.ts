/** Starts live checks: in a thread, or with a native library in a process of its own. */
import { existsSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import * as vscode from "vscode"
import { probeNative } from "../checks/native.ts"
import { type Runner, startChecks } from "../checks/runner.ts"

export async function startRunner(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Runner> {
  const dist = join(context.extensionPath, "dist")
  const nativeFolder = await nativeLibrary(context, output)
  return startChecks({ workerFile: join(dist, "checks.cjs"), wasmFolder: `${dist}/`, ...(nativeFolder !== undefined && { nativeFolder }) })
}

/** Where a library of our own lies: beside the extension, by npm, or as `npm run native` built it. */
const OWN_INSTALLS = ["node_modules/@tensorflow/tfjs-node", ".cache/native/tfjs-node"]

/** The first library that works here: the one that the machine's own setting names, or our own. What a workspace says is not read. */
async function nativeLibrary(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<string | undefined> {
  const own = OWN_INSTALLS.map((path) => join(context.extensionPath, path)).filter((path) => existsSync(path))
  for (const folder of [...statedLibrary(), ...own]) {
    const probed = await probeNative(folder)
    if (probed.works) return folder
    output.warn(`Live checks do without ${folder}, which does not work here (${probed.reason})`)
  }
  return undefined
}

/** The setting is machine-scoped; in Restricted Mode not even the machine's is obeyed. */
function statedLibrary(): string[] {
  if (!vscode.workspace.isTrusted) return []
  const folder = vscode.workspace.getConfiguration("layerscope").inspect<string>("checks.nativeLibrary")?.globalValue
  return folder && isAbsolute(folder) ? [folder] : []
}
