/** Live checks for the panel: the worker is started with the first one. */
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
  const listener = vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("layerscope.checks") && close())
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
  const nativeFolder = await nativeLibrary(output)
  return startChecks({ workerFile: join(dist, "checks.cjs"), wasmFolder: `${dist}/`, ...(nativeFolder !== undefined && { nativeFolder }) })
}

/** The machine's own setting, where the library it names works here. What a workspace says is not read: the setting is machine-scoped. */
async function nativeLibrary(output: vscode.LogOutputChannel): Promise<string | undefined> {
  const folder = vscode.workspace.getConfiguration("layerscope").inspect<string>("checks.nativeLibrary")?.globalValue
  if (!folder || !isAbsolute(folder)) return undefined
  const probed = await probeNative(folder)
  if (!probed.works) output.warn(`Live checks run on WebAssembly: ${folder} does not work here (${probed.reason})`)
  return probed.works ? folder : undefined
}
