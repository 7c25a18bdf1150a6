/** The explainer's subjects without code: as a tree in the Layerscope view, and as a list to search in. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import type { Panel } from "./panel.ts"
import { COMMANDS, type SubjectEntry } from "./protocol.ts"

/** A group, or a subject of one. */
type Item = { readonly group: string; readonly entries: readonly SubjectEntry[] } | { readonly entry: SubjectEntry }

export function registerSubjects(context: vscode.ExtensionContext, client: Promise<Client>, panel: Panel): void {
  let known: Promise<readonly SubjectEntry[]> | undefined
  const entries = () => {
    known ??= client.then((ready) => ready.request("layerscope/subjects", {})).then((found) => found ?? [])
    return known
  }
  const provider: vscode.TreeDataProvider<Item> = {
    getChildren: async (item) => (item ? childrenOf(item) : groupsOf(await entries())),
    getTreeItem: treeItem,
  }
  context.subscriptions.push(
    vscode.window.createTreeView("layerscope.subjects", { treeDataProvider: provider, showCollapseAll: true }),
    vscode.commands.registerCommand(COMMANDS.explainArchitecture, (id?: unknown) =>
      typeof id === "string" ? panel.open(id) : choose(entries(), panel),
    ),
  )
}

function groupsOf(entries: readonly SubjectEntry[]): Item[] {
  const groups = [...new Set(entries.map(({ group }) => group))]
  return groups.map((group) => ({ group, entries: entries.filter((entry) => entry.group === group) }))
}

const childrenOf = (item: Item): Item[] => ("entries" in item ? item.entries.map((entry) => ({ entry })) : [])

function treeItem(item: Item): vscode.TreeItem {
  if ("entries" in item) return new vscode.TreeItem(item.group, vscode.TreeItemCollapsibleState.Expanded)
  const { id, title, summary } = item.entry
  const made = new vscode.TreeItem(title)
  made.id = id
  made.tooltip = summary
  made.command = { command: COMMANDS.explainArchitecture, title: vscode.l10n.t("Explain"), arguments: [id] }
  return made
}

async function choose(entries: Promise<readonly SubjectEntry[]>, panel: Panel): Promise<void> {
  const items = entries.then((found) => found.flatMap(itemsOf))
  const options = {
    title: vscode.l10n.t("Explain Architecture"),
    placeHolder: vscode.l10n.t("Type a layer, an architecture or an idea"),
    matchOnDetail: true,
  }
  const chosen = await vscode.window.showQuickPick(items, options)
  if (chosen?.id !== undefined) await panel.open(chosen.id)
}

interface Choice extends vscode.QuickPickItem {
  readonly id?: string
}

/** Each group begins with its name. */
function itemsOf(entry: SubjectEntry, index: number, all: readonly SubjectEntry[]): Choice[] {
  const subject: Choice = { label: entry.title, detail: entry.summary, id: entry.id }
  const begins = all[index - 1]?.group !== entry.group
  return begins ? [{ label: entry.group, kind: vscode.QuickPickItemKind.Separator }, subject] : [subject]
}
