/** "Insert Layer Snippet…": a list of what fits the file, with what each would cost where it is put, and the sizes filled in. */
import * as vscode from "vscode"
import type { SnippetFact, SnippetsFact } from "../facts/snippets.ts"
import type { Client } from "./client.ts"
import { COMMANDS } from "./protocol.ts"

export function registerSnippets(context: vscode.ExtensionContext, client: Promise<Client>): void {
  context.subscriptions.push(vscode.commands.registerCommand(COMMANDS.insertSnippet, (title?: unknown) => insertSnippet(client, title)))
}

/** Puts a snippet where the cursor is: the one of that title, or the one that is picked. One step of undo. */
async function insertSnippet(client: Promise<Client>, title: unknown): Promise<void> {
  const editor = vscode.window.activeTextEditor
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a file and put the cursor where the layer is to stand."))
    return
  }
  const position = editor.selection.active
  const asked = client.then((ready) =>
    ready.request("layerscope/snippets", {
      uri: editor.document.uri.toString(),
      position: { line: position.line, character: position.character },
    }),
  )
  const chosen = typeof title === "string" ? (await asked)?.snippets.find((each) => each.title === title) : await pick(asked)
  if (chosen) await editor.insertSnippet(new vscode.SnippetString(chosen.body), editor.selection)
}

interface Item extends vscode.QuickPickItem {
  readonly snippet: SnippetFact
}

async function pick(asked: Promise<SnippetsFact | null | undefined>): Promise<SnippetFact | undefined> {
  const list = vscode.window.createQuickPick<Item>()
  list.title = vscode.l10n.t("Insert Layer Snippet")
  list.placeholder = vscode.l10n.t("Type a layer or an architecture")
  list.matchOnDescription = true
  list.matchOnDetail = true
  list.busy = true
  list.show()
  const chosen = new Promise<SnippetFact | undefined>((resolve) => {
    list.onDidAccept(() => resolve(list.selectedItems[0]?.snippet))
    list.onDidHide(() => resolve(undefined))
  })
  const found = await asked.catch(() => undefined)
  if (found?.incoming) list.title = vscode.l10n.t("Insert Layer Snippet where {0} arrives", found.incoming)
  list.items = (found?.snippets ?? []).map(itemOf)
  if (!found) list.placeholder = vscode.l10n.t("This file is not analysed: open a Python, JavaScript or TypeScript file.")
  list.busy = false
  const snippet = await chosen
  list.dispose()
  return snippet
}

const itemOf = (snippet: SnippetFact): Item => ({
  label: snippet.title,
  description: snippet.cost,
  detail: snippet.description,
  snippet,
})
