/** The panel beside the code. */
import type * as vscode from "vscode"
import type { Client } from "./client.ts"
import type { DocumentPlace } from "./protocol.ts"

export interface Panel {
  explain(place: DocumentPlace): Promise<void>
}

export function registerPanel(_context: vscode.ExtensionContext, output: vscode.LogOutputChannel, _client: Promise<Client>): Panel {
  return { explain: async (place) => output.info(JSON.stringify(place)) }
}
