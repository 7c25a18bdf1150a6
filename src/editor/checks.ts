/** Live checks for the panel: the worker is started with the first one. */
import * as vscode from "vscode"
import type { Outcome, Runner } from "../checks/runner.ts"
import type { Knobs } from "../concepts/subject.ts"
import { startRunner } from "./check-runner.ts"

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
      runner ??= startRunner(context, output)
      return (await runner).run(subject, knobs)
    },
    dispose() {
      listener.dispose()
      close()
    },
  }
}
