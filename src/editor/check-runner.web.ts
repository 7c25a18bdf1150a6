/** Starts live checks in a worker of the browser. */
import * as vscode from "vscode"
import { type Runner, startChecks } from "../checks/runner.ts"

export async function startRunner({ extensionUri }: vscode.ExtensionContext): Promise<Runner> {
  const dist = vscode.Uri.joinPath(extensionUri, "dist").toString(true)
  return startChecks({ workerFile: `${dist}/web/checks.js`, wasmFolder: `${dist}/` })
}
