/** The language client for a server in a process of its own. */
import { join } from "node:path"
import type { ExtensionContext } from "vscode"
import { type BaseLanguageClient, LanguageClient, type LanguageClientOptions, TransportKind } from "vscode-languageclient/node"

export function openLanguageClient(context: ExtensionContext, options: LanguageClientOptions): BaseLanguageClient {
  const run = { module: join(context.extensionPath, "dist", "server.cjs"), transport: TransportKind.ipc }
  const debug = { ...run, options: { execArgv: ["--nolazy", "--inspect=6009"] } }
  return new LanguageClient("layerscope", "Layerscope", { run, debug }, options)
}
