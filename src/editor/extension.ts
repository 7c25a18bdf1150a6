/** Where VS Code comes in: registers what is cheap at once and starts the language client after activation has returned. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import { registerCommands } from "./commands.ts"
import { registerExample } from "./example.ts"
import { loadClient } from "./load-client.ts"
import { registerModelPanel } from "./model-panel.ts"
import { registerModels } from "./models-view.ts"
import { registerPanel } from "./panel.ts"
import { registerRulePages } from "./rule-pages.ts"
import { registerSnippets } from "./insert-snippet.ts"
import { registerStatus } from "./status.ts"
import { registerSubjects } from "./subjects.ts"

/** What tests and benchmarks may look at. */
export interface Exports {
  /** resolves when the language server answers */
  readonly ready: Promise<void>
}

export function activate(context: vscode.ExtensionContext): Exports {
  const output = vscode.window.createOutputChannel("Layerscope", { log: true })
  context.subscriptions.push(output)
  const client = new Promise<Client>((resolve, reject) => setTimeout(() => loadClient().startClient(context, output).then(resolve, reject)))
  client.catch((error) => output.error(String(error)))
  const panel = registerPanel(context, output, client)
  registerCommands(context, output, client, panel)
  registerModelPanel(context, client)
  registerModels(context, client)
  registerSubjects(context, client, panel)
  registerSnippets(context, client)
  registerStatus(context, client)
  registerRulePages(context)
  registerExample(context)
  return { ready: client.then(() => undefined) }
}

export function deactivate(): void {}
