/** Where VS Code comes in: registers what is cheap at once and starts the language client after activation has returned. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import { registerCommands } from "./commands.ts"
import { registerPanel } from "./panel.ts"

/** What tests and benchmarks may look at. */
export interface Exports {
  /** resolves when the language server answers */
  readonly ready: Promise<void>
}

export function activate(context: vscode.ExtensionContext): Exports {
  const output = vscode.window.createOutputChannel("Layerscope", { log: true })
  context.subscriptions.push(output)
  // The client's library is the largest part: it is read when the editor has drawn what the user waits for.
  const client = new Promise<Client>((resolve, reject) => {
    setTimeout(() => {
      import("./client.ts").then(({ startClient }) => startClient(context, output)).then(resolve, reject)
    })
  })
  client.catch((error) => output.error(String(error)))
  const panel = registerPanel(context, output, client)
  registerCommands(context, output, client, panel)
  return { ready: client.then(() => undefined) }
}

export function deactivate(): void {}
