/** Live checks for the panel: the worker is started with the first one. */
import { existsSync } from "node:fs"
import { isAbsolute, join } from "node:path"
import * as vscode from "vscode"
import { probeNative } from "../checks/native.ts"
import { type Outcome, type Runner, startChecks } from "../checks/runner.ts"
import type { Knobs } from "../concepts/subject.ts"

export interface Checks extends vscode.Disposable {
  run(subject: string, knobs: Knobs): Promise<Outcome>
}

export function openChecks(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Checks {
  let runner: Promise<Runner> | undefined
  const close = (): void => {
    void runner?.then((running) => running.dispose())
    runner = undefined
  }
  const listener = vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("layerscope.checks") && close()),
    vscode.workspace.onDidGrantWorkspaceTrust(close),
  )
  return {
    async run(subject, knobs) {
      runner ??= start(context, output)
      return (await runner).run(subject, knobs)
    },
    dispose() {
      listener.dispose()
      close()
    },
  }
}

async function start(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Runner> {
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
