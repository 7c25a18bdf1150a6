/** The language client for a server in a worker of the browser. */
import { type ExtensionContext, Uri } from "vscode"
import {
  type BaseLanguageClient,
  BrowserMessageReader,
  BrowserMessageWriter,
  LanguageClient,
  type LanguageClientOptions,
} from "vscode-languageclient/browser"
import { startWorker } from "../checks/web-worker.ts"

export function openLanguageClient(context: ExtensionContext, options: LanguageClientOptions): BaseLanguageClient {
  const base = `${Uri.joinPath(context.extensionUri, "dist/web").toString(true)}/`
  let worker: Worker | undefined
  // VS Code stands in for `Worker`, so that the client's library would not know one when it sees it.
  const start = async () => {
    worker?.terminate()
    worker = startWorker(base, "server.js")
    return { reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) }
  }
  return new LanguageClient("layerscope", "Layerscope", start, options)
}
