/** The commands of the palette, the lenses and the hover links. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import type { Panel } from "./panel.ts"
import { COMMANDS, type DocumentPlace, type InputChange } from "./protocol.ts"
import { applyEdits } from "./edits.ts"

export function registerCommands(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
  client: Promise<Client>,
  panel: Panel,
): void {
  const commands: Record<string, (...parameters: never[]) => unknown> = {
    [COMMANDS.explain]: (place?: unknown) => explain(panel, place),
    [COMMANDS.changeInput]: (change?: unknown) => changeInput(client, change),
    [COMMANDS.showOutput]: () => output.show(),
    [COMMANDS.restart]: async () => (await client).restart(),
  }
  for (const [name, run] of Object.entries(commands)) context.subscriptions.push(vscode.commands.registerCommand(name, run))
}

/** Anyone may run a command with any arguments: what is not a place is the cursor. */
export function placeOf(given: unknown): DocumentPlace | undefined {
  if (isPlace(given)) return given
  const editor = vscode.window.activeTextEditor
  return (
    editor && {
      uri: editor.document.uri.toString(),
      position: { line: editor.selection.active.line, character: editor.selection.active.character },
    }
  )
}

function isPlace(given: unknown): given is DocumentPlace {
  const { uri, position } = (given ?? {}) as Partial<DocumentPlace>
  return typeof uri === "string" && typeof position?.line === "number" && typeof position.character === "number"
}

async function explain(panel: Panel, given: unknown): Promise<void> {
  const place = placeOf(given)
  if (place) await panel.explain(place)
  else
    void vscode.window.showInformationMessage(
      vscode.l10n.t("Open a model's source and put the cursor on a layer; then Explain Layer draws it."),
    )
}

/** Asks for the input's sizes and writes them into a comment at the model. */
async function changeInput(client: Promise<Client>, given: unknown): Promise<void> {
  const place = placeOf(given)
  if (!place) return
  const stated = await vscode.window.showInputBox({
    title: vscode.l10n.t("Input of the model"),
    prompt: vscode.l10n.t(
      "Sizes with the batch first, and a type where it is not float32: (1, 3, 224, 224) or (2, 16):int64. It is written into a comment at the model.",
    ),
    value: (given as Partial<InputChange> | undefined)?.proposal ?? "(1, 3, 224, 224)",
    validateInput: (text) =>
      /^\s*[[(]?\s*\d+(\s*,\s*\d+)*\s*,?\s*[\])]?(\s*:\s*\w+)?(\s*,\s*[[(].*)?$/.test(text)
        ? undefined
        : vscode.l10n.t("Write whole numbers, such as (1, 3, 224, 224)"),
  })
  if (stated === undefined) return
  const edit = await (await client).request("layerscope/inputEdit", { uri: place.uri, position: place.position, stated: stated.trim() })
  if (edit) await applyEdits([edit])
  else void vscode.window.showWarningMessage(vscode.l10n.t("There is no model on this line, or `{0}` is no input.", stated))
}
