/** The Models view: every model of the workspace with what it costs, looked for in the background once the view is seen. */
import * as vscode from "vscode"
import type { Client } from "./client.ts"
import { csvOf, markdownOf } from "./model-export.ts"
import { type ModelIndex, openModelIndex } from "./model-index.ts"
import { countText, type FileItem, type Item, REVEAL, tooltipOf, treeItem } from "./model-items.ts"
import { type ListedModel, listed, ORDERS, type Order } from "./model-list.ts"
import type { ModelChoice } from "./model-panel.ts"
import { openedPlace, reveal } from "./model-places.ts"
import { followFiles, workspaceSources } from "./model-sources.ts"
import { COMMANDS } from "./protocol.ts"

const VIEW = "layerscope.models"
const REMEMBERED_ORDER = "layerscope.models.order"

/** The list is drawn anew at most so often, in milliseconds. */
const REDRAWING = 250

interface View {
  readonly context: vscode.ExtensionContext
  readonly index: ModelIndex
  readonly tree: vscode.TreeView<Item>
  order: Order
  filter: string
  shown: readonly ListedModel[]
  redraw(): void
  /** Looks for all models anew, with progress in the view. */
  refresh(): void
  stop(): void
}

export function registerModels(context: vscode.ExtensionContext, client: Promise<Client>): void {
  const drawn = new vscode.EventEmitter<void>()
  let token = new vscode.CancellationTokenSource()
  let timer: ReturnType<typeof setTimeout> | undefined
  let following: vscode.Disposable | undefined
  const index = openModelIndex(
    workspaceSources(client, () => token.token),
    () => {
      timer ??= setTimeout(draw, REDRAWING)
    },
  )
  const draw = () => {
    timer = undefined
    present(view)
    drawn.fire()
  }
  const stop = () => {
    token.cancel()
    token.dispose()
    token = new vscode.CancellationTokenSource()
    index.stop()
  }
  const view: View = {
    context,
    index,
    tree: vscode.window.createTreeView(VIEW, {
      treeDataProvider: providerOf(() => view, drawn.event),
      canSelectMany: true,
      showCollapseAll: false,
    }),
    order: rememberedOrder(context),
    filter: "",
    shown: [],
    redraw: draw,
    refresh() {
      stop()
      following ??= followFiles(index)
      void vscode.window.withProgress({ location: { viewId: VIEW } }, () => index.refresh())
    },
    stop,
  }
  const begin = () => {
    if (!view.tree.visible || index.state !== "new") return
    draw()
    if (vscode.workspace.workspaceFolders?.length) view.refresh()
  }
  for (const [name, run] of Object.entries(commandsOf(view))) context.subscriptions.push(vscode.commands.registerCommand(name, run))
  context.subscriptions.push(
    view.tree,
    drawn,
    view.tree.onDidChangeVisibility(begin),
    vscode.workspace.onDidChangeWorkspaceFolders(() => (index.state === "new" ? begin() : view.refresh())),
    { dispose: () => (clearTimeout(timer), following?.dispose(), token.dispose()) },
  )
  begin()
}

function providerOf(view: () => View, drawn: vscode.Event<void>): vscode.TreeDataProvider<Item> {
  return {
    onDidChangeTreeData: drawn,
    getChildren: (item) => (item ? ("models" in item ? [...item.models] : []) : itemsOf(view())),
    getTreeItem: (item) => treeItem(item, view().order),
    resolveTreeItem(made, item) {
      if (!("models" in item)) made.tooltip = tooltipOf(item)
      return made
    },
  }
}

function rememberedOrder({ workspaceState }: vscode.ExtensionContext): Order {
  const order = workspaceState.get<string>(REMEMBERED_ORDER, "parameters")
  return Object.hasOwn(ORDERS, order) ? (order as Order) : "parameters"
}

const severalFolders = (): boolean => (vscode.workspace.workspaceFolders?.length ?? 0) > 1

function itemsOf({ shown, order }: View): Item[] {
  if (order !== "file") return [...shown]
  const uris = new Set(shown.map(({ uri }) => uri))
  return [...uris].map((uri): FileItem => {
    const models = shown.filter((model) => model.uri === uri)
    return { uri, path: models[0]?.path ?? "", models }
  })
}

const ORDER_TEXTS: Readonly<Record<Order, () => string>> = {
  name: () => vscode.l10n.t("by name"),
  parameters: () => vscode.l10n.t("by parameters"),
  macs: () => vscode.l10n.t("by MACs"),
  memory: () => vscode.l10n.t("by memory"),
  file: () => vscode.l10n.t("by file"),
}

/** What stands around the list. */
function present(view: View): void {
  const { index, order, filter, tree } = view
  view.shown = listed(index.files, (uri) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri), severalFolders()), order, filter)
  tree.description = descriptionOf(view)
  tree.message = [progressText(index), filterText(view), boundsText(index)].filter(Boolean).join(" ") || undefined
  setContext("state", index.state)
  setContext("filtered", filter !== "")
}

function descriptionOf({ index: { state }, shown, order }: View): string {
  if (state === "new") return ""
  return state === "running" ? ORDER_TEXTS[order]() : `${countText(shown.length)} ${ORDER_TEXTS[order]()}`
}

const setContext = (name: string, value: unknown) => void vscode.commands.executeCommand("setContext", `layerscope.models.${name}`, value)

function progressText({ state, progress, files }: ModelIndex): string {
  if (state === "stopped") return vscode.l10n.t("Stopped after {0} files.", files.size)
  if (!progress) return ""
  return progress.total === undefined
    ? vscode.l10n.t("Looking for files…")
    : vscode.l10n.t("{0} of {1} files", progress.done, progress.total)
}

const filterText = ({ filter, index, shown }: View): string =>
  filter === ""
    ? ""
    : vscode.l10n.t(
        "Filter “{0}”: {1} of {2} models",
        filter,
        shown.length,
        [...index.files.values()].reduce((sum, { rows }) => sum + rows.length, 0),
      )

/** Whatever is missing for a reason of ours is said. */
function boundsText({ state, omitted, files }: ModelIndex): string {
  if (state !== "complete") return ""
  const late = [...files.values()].filter(({ isCutOff }) => isCutOff).length
  return [
    omitted > 0 ? vscode.l10n.t("{0} more files were left out: see the setting layerscope.models.fileLimit.", omitted) : "",
    late > 0 ? vscode.l10n.t("{0} files took longer than the time limit.", late) : "",
  ]
    .filter(Boolean)
    .join(" ")
}

function commandsOf(view: View): Record<string, (...parameters: never[]) => unknown> {
  const sorted = (order: Order) => () => {
    view.order = order
    void view.context.workspaceState.update(REMEMBERED_ORDER, order)
    view.redraw()
  }
  const filtered = (filter: string | undefined) => {
    if (filter === undefined) return
    view.filter = filter.trim()
    view.redraw()
  }
  const exported = (language: string, text: (models: readonly ListedModel[]) => string) => async () =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content: text(view.shown) }))
  return {
    "layerscope.models.refresh": async () => {
      if (!view.tree.visible) await vscode.commands.executeCommand(`${VIEW}.focus`)
      // Seen for the first time it begins by itself.
      if (view.index.state !== "running") view.refresh()
    },
    "layerscope.models.stop": () => view.stop(),
    "layerscope.models.sortByName": sorted("name"),
    "layerscope.models.sortByParameters": sorted("parameters"),
    "layerscope.models.sortByMacs": sorted("macs"),
    "layerscope.models.sortByMemory": sorted("memory"),
    "layerscope.models.sortByFile": sorted("file"),
    "layerscope.models.filter": async (given?: unknown) => filtered(typeof given === "string" ? given : await askFilter(view.filter)),
    "layerscope.models.clearFilter": () => filtered(""),
    "layerscope.models.exportCsv": exported("csv", csvOf),
    "layerscope.models.exportMarkdown": exported("markdown", markdownOf),
    "layerscope.models.show": async (item: unknown) => isModel(item) && show(await openedPlace(item)),
    "layerscope.models.compare": (item: unknown, all: unknown) => compare(view, item, all),
    [REVEAL]: (item: unknown) => isModel(item) && reveal(item),
  }
}

const askFilter = (value: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Filter Models"),
    prompt: vscode.l10n.t("Words of the name, class, framework or path; or limits such as params>1M, macs<5G, memory<=100MB"),
    value,
  })

/** Anyone may run a command with any arguments. */
const isModel = (item: unknown): item is ListedModel =>
  typeof (item as Partial<ListedModel> | undefined)?.uri === "string" && typeof (item as Partial<ListedModel>).row?.at?.line === "number"

const show = (choice: ModelChoice) => vscode.commands.executeCommand(COMMANDS.showModel, choice)

/** Two that are selected; the second is asked for where only one is. */
async function compare(view: View, item: unknown, all: unknown): Promise<void> {
  const selected = (Array.isArray(all) ? all : isModel(item) ? [item] : view.tree.selection).filter(isModel)
  const [one, chosen, ...more] = selected
  if (!one || more.length > 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Select one model or two in the Models view to compare."))
    return
  }
  const other =
    chosen ??
    (await choose(
      view.shown.filter((model) => model !== one),
      one,
    ))
  if (other) await show({ ...(await openedPlace(one)), against: await openedPlace(other) })
}

async function choose(models: readonly ListedModel[], one: ListedModel): Promise<ListedModel | undefined> {
  const items = models.map((model) => ({ label: model.row.name, description: model.path, model }))
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Compare {0} with…", one.row.name),
    matchOnDescription: true,
  })
  return chosen?.model
}
