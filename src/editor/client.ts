/** The language client: the server in its own process, told of settings, folders and theme. */
import { join } from "node:path"
import * as vscode from "vscode"
import { LanguageClient, TransportKind } from "vscode-languageclient/node"
import { COMMANDS, SETTINGS_CHANGED, type ServerRequests } from "./protocol.ts"
import { rulePagesAt } from "./rule-pages.ts"
import { currentSettings, settingsChanged } from "./settings.ts"

export interface Client {
  request<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<ServerRequests[M]["result"]>
  restart(): Promise<void>
}

const LANGUAGES = ["python", "javascript", "javascriptreact", "typescript", "typescriptreact"]
const SCHEMES = ["file", "untitled", "vscode-notebook-cell"]

export async function startClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Client> {
  const module = join(context.extensionPath, "dist", "server.cjs")
  const settings = async () => ({ ...(await currentSettings()), rulePages: rulePagesAt(context) })
  const run = { module, transport: TransportKind.ipc }
  const client = new LanguageClient(
    "layerscope",
    "Layerscope",
    { run, debug: { ...run, options: { execArgv: ["--nolazy", "--inspect=6009"] } } },
    {
      documentSelector: SCHEMES.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language }))),
      outputChannel: output,
      initializationOptions: await settings(),
      synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{py,js,ts,mjs,jsx,tsx,json}") },
      // Links in our hovers may run our own commands, and no others.
      markdown: { isTrusted: { enabledCommands: [COMMANDS.explain, COMMANDS.changeInput] }, supportHtml: false },
    },
  )
  context.subscriptions.push(
    client,
    settingsChanged(async () => client.sendNotification(SETTINGS_CHANGED, await settings())),
  )
  await client.start()
  return { request: (method, params, token) => client.sendRequest(method, params, token), restart: () => client.restart() }
}
