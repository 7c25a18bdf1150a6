/** The status bar's item: what the model at the cursor costs; a click shows the model. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import { placeOf } from "./commands.ts"
import { COMMANDS } from "./protocol.ts"

/** The cursor rests before anything is asked. */
const PAUSE = 150
const LANGUAGES = /^(python|javascript|typescript)/

export function registerStatus(context: vscode.ExtensionContext, client: Promise<Client>): void {
  const item = vscode.window.createStatusBarItem("layerscope.model", vscode.StatusBarAlignment.Right, 90)
  item.name = vscode.l10n.t("Model at the cursor")
  item.tooltip = vscode.l10n.t("Show Model")
  item.command = COMMANDS.showModel
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  const refresh = () => {
    clearTimeout(timer)
    asked++
    timer = setTimeout(() => void show(asked), PAUSE)
  }
  const show = async (number: number) => {
    const cost = await costAtCursor(client).catch(() => undefined)
    if (number === asked) showText(item, cost)
  }
  context.subscriptions.push(
    item,
    { dispose: () => clearTimeout(timer) },
    vscode.window.onDidChangeActiveTextEditor(refresh),
    vscode.window.onDidChangeTextEditorSelection(refresh),
    vscode.workspace.onDidChangeTextDocument(({ document }) => document === vscode.window.activeTextEditor?.document && refresh()),
  )
  refresh()
}

async function costAtCursor(client: Promise<Client>): Promise<string | undefined> {
  const place = placeOf(undefined)
  if (!place || !LANGUAGES.test(vscode.window.activeTextEditor?.document.languageId ?? "")) return undefined
  return (await (await client).request("layerscope/cost", place)) ?? undefined
}

function showText(item: vscode.StatusBarItem, cost: string | undefined): void {
  if (cost === undefined) return item.hide()
  item.text = `$(type-hierarchy) ${cost}`
  item.accessibilityInformation = { label: cost }
  item.show()
}
