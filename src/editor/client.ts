/** The language client: starts the server, tells it of settings, folders and theme, and reads for it what only the editor can read. */
import * as vscode from "vscode"
import { openLanguageClient } from "./language-client.ts"
import { COMMANDS, READ, SETTINGS_CHANGED, type ServerRequests, type WantedFiles } from "./protocol.ts"
import { readWanted } from "./reading.ts"
import { rulePagesAt } from "./rule-pages.ts"
import { followSchemes } from "./schemes.ts"
import { currentSettings, readableRoots, settingsChanged } from "./settings.ts"

export interface Client {
  request<M extends keyof ServerRequests>(
    method: M,
    params: ServerRequests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<ServerRequests[M]["result"]>
  restart(): Promise<void>
}

export async function startClient(context: vscode.ExtensionContext, output: vscode.LogOutputChannel): Promise<Client> {
  const settings = async () => ({ ...(await currentSettings()), rulePages: rulePagesAt(context) })
  const restart = async () => {
    await client.stop()
    await client.start()
  }
  const schemes = followSchemes(() => void restart())
  const client = openLanguageClient(context, {
    documentSelector: schemes.selector,
    outputChannel: output,
    initializationOptions: await settings(),
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/*.{py,js,ts,mjs,jsx,tsx,json}") },
    // Links in our hovers may run our own commands, and no others.
    markdown: { isTrusted: { enabledCommands: [COMMANDS.explain, COMMANDS.changeInput] }, supportHtml: false },
  })
  context.subscriptions.push(
    client,
    schemes,
    settingsChanged(async () => client.sendNotification(SETTINGS_CHANGED, await settings())),
    client.onRequest(READ, (wanted: WantedFiles) => readWanted(wanted, readableRoots())),
  )
  await client.start()
  return { request: (method, params, token) => client.sendRequest(method, params, token), restart }
}
