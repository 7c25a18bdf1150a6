/** Models as items of a tree: what stands in the line, what the pointer and a screen reader get. */
import * as vscode from "vscode"
import type { Amount } from "../facts/model-rows.ts"
import { brief, briefBytes, type ListedModel, type Order } from "./model-list.ts"
import type { PlacedRow } from "./protocol.ts"

export const REVEAL = "layerscope.models.reveal"

/** A model, or a file with its models. */
export type Item = ListedModel | FileItem

export interface FileItem {
  readonly uri: string
  readonly path: string
  readonly models: readonly ListedModel[]
}

const parametersText = ({ parameters }: PlacedRow): string => vscode.l10n.t("{0} params", brief(parameters))
const macsText = ({ macs }: PlacedRow): string => vscode.l10n.t("{0} MACs", brief(macs))
const memoryText = ({ memory }: PlacedRow): string => (memory.size === null ? vscode.l10n.t("? memory") : briefBytes(memory))

/** What the list is sorted by comes first. */
const NUMBERS: Readonly<Record<Order, readonly ((row: PlacedRow) => string)[]>> = {
  name: [parametersText, macsText, memoryText],
  file: [parametersText, macsText, memoryText],
  parameters: [parametersText, macsText, memoryText],
  macs: [macsText, parametersText, memoryText],
  memory: [memoryText, parametersText, macsText],
}

export function treeItem(item: Item, order: Order): vscode.TreeItem {
  if ("models" in item) return fileItem(item)
  const { row, uri, path } = item
  const made = new vscode.TreeItem(row.name)
  made.id = `${uri} ${row.cell ?? ""} ${row.at.line} ${row.at.character} ${row.ordinal}`
  made.iconPath = new vscode.ThemeIcon("symbol-class")
  made.contextValue = "model"
  const file = order === "file" ? [] : [path.slice(path.lastIndexOf("/") + 1)]
  made.description = [...NUMBERS[order].map((text) => text(row)), ...file].join(" · ")
  made.accessibilityInformation = { label: spoken(item) }
  made.command = { command: REVEAL, title: vscode.l10n.t("Go to Model"), arguments: [item] }
  return made
}

function fileItem({ uri, path, models }: FileItem): vscode.TreeItem {
  const made = new vscode.TreeItem(vscode.Uri.parse(uri), vscode.TreeItemCollapsibleState.Expanded)
  made.id = uri
  made.iconPath = vscode.ThemeIcon.File
  made.contextValue = "file"
  made.description = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ""
  made.tooltip = path
  made.accessibilityInformation = { label: `${path}, ${countText(models.length)}` }
  return made
}

export const countText = (count: number): string => (count === 1 ? vscode.l10n.t("1 model") : vscode.l10n.t("{0} models", count))

function spoken({ row, path }: ListedModel): string {
  const parts = [
    row.name,
    vscode.l10n.t("{0} parameters", said(row.parameters)),
    vscode.l10n.t("{0} MACs", said(row.macs)),
    vscode.l10n.t("{0} memory", said(row.memory)),
    ...(row.origin === "assumed" ? [vscode.l10n.t("assumed input")] : []),
    vscode.l10n.t("{0}, line {1}", path, row.at.line + 1),
  ]
  return parts.join(", ")
}

const said = ({ text }: Amount): string => (text === "?" ? vscode.l10n.t("unknown") : text)

/** Whatever comes from the code is put in as text. */
export function tooltipOf({ row, path }: ListedModel): vscode.MarkdownString {
  const text = new vscode.MarkdownString()
  const line = (title: string, value: string) => text.appendMarkdown(`\n\n**${title}** `).appendText(value)
  text.appendMarkdown("**").appendText(row.name).appendMarkdown("** ")
  if (row.class !== row.name) text.appendText(`${row.class} `)
  text.appendMarkdown("\n\n").appendText(`${row.input || "?"} → ${row.output || "?"}`)
  line(vscode.l10n.t("Parameters"), row.parameters.text)
  line(vscode.l10n.t("MACs"), row.macs.text)
  line(vscode.l10n.t("Weights"), row.weights.text)
  line(vscode.l10n.t("At once in inference"), row.peak.text)
  const origin = originText(row)
  if (origin) text.appendMarkdown("\n\n*").appendText(origin).appendMarkdown("*")
  for (const gap of row.gaps) line(vscode.l10n.t("Not known:"), gap)
  if (row.coverage !== undefined) text.appendMarkdown("\n\n").appendText(row.coverage)
  const cell = row.cell === undefined ? "" : `, ${vscode.l10n.t("cell {0}", row.cell + 1)}`
  return text.appendMarkdown("\n\n").appendText(vscode.l10n.t("{0}, line {1}", `${path}${cell}`, row.at.line + 1))
}

function originText({ origin }: PlacedRow): string {
  if (origin === "assumed") return vscode.l10n.t("The input is assumed: nothing in the code states it.")
  return origin === "solved" ? vscode.l10n.t("The input's size is solved: the layers pin it down.") : ""
}
