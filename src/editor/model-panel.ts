/** "Show Model": a panel with the whole model of a file, that follows the code and leads to it. */
import * as vscode from "vscode"
import type { Comparison, FromModelPage, ToModelPage } from "../../webview/model/messages.ts"
import type { GraphNode, ModelGraph } from "../drawing/graph/graph.ts"
import type { Client } from "./client.ts"
import { placeOf } from "./commands.ts"
import { saveExport } from "./export.ts"
import { committedText } from "./git.ts"
import { modelPageHtml } from "./page.ts"
import { COMMANDS, type DocumentPlace, type GraphQuestion, type ModelPlace } from "./protocol.ts"
import { uriOf } from "./uris.ts"

/** While somebody types the drawing waits. */
const PAUSE = 400

/** Arguments of the command: a model, and one to compare it with. */
export interface ModelChoice extends ModelPlace {
  readonly against?: ModelPlace
}

interface Shown {
  readonly view: vscode.WebviewPanel
  /** What was asked for last; undefined before the page is ready. */
  question: GraphQuestion
  isReady: boolean
  /** Where the page led the cursor itself, which is no reason to move the page. */
  ledTo: number | undefined
}

export function registerModelPanel(context: vscode.ExtensionContext, client: Promise<Client>): void {
  let shown: Shown | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const refresh = () => shown && void show(shown, client)
  context.subscriptions.push(
    vscode.commands.registerCommand(COMMANDS.showModel, (given?: unknown) => {
      const place = placeOf(given)
      if (!place) return void vscode.window.showInformationMessage(vscode.l10n.t("Open a file with a model; then Show Model draws it."))
      shown ??= open(context, client, place, () => {
        shown = undefined
      })
      shown.question = questionOf(place)
      shown.view.reveal(undefined, true)
      return refresh()
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() !== shown?.question.uri) return
      clearTimeout(timer)
      timer = setTimeout(refresh, PAUSE)
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [selection] }) => {
      if (!shown?.isReady || !selection) return
      const { line } = selection.active
      if (shown.ledTo === line) return
      shown.ledTo = undefined
      say(shown, { kind: "cursor", uri: textEditor.document.uri.toString(), line })
    }),
  )
}

function questionOf({ uri, position, ordinal, against }: ModelChoice): GraphQuestion {
  return { uri, position, ...(ordinal !== undefined && { ordinal }), ...(against && { compare: { model: against } }) }
}

const say = ({ view }: Shown, message: ToModelPage): void => void view.webview.postMessage(message)

function open(context: vscode.ExtensionContext, client: Promise<Client>, { uri, position }: DocumentPlace, closed: () => void): Shown {
  const { extensionUri } = context
  const view = vscode.window.createWebviewPanel(
    "layerscope.model",
    vscode.l10n.t("Model"),
    { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
    { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")] },
  )
  const shown: Shown = { view, question: { uri, position }, isReady: false, ledTo: undefined }
  view.onDidDispose(closed)
  view.webview.onDidReceiveMessage((message: FromModelPage) => hear(shown, client, message))
  view.webview.html = modelPageHtml(view.webview, extensionUri)
  return shown
}

async function show(shown: Shown, client: Promise<Client>): Promise<void> {
  if (!shown.isReady) return
  const asked = shown.question
  await openCompared(asked)
  const answer = await (await client).request("layerscope/graph", asked)
  if (asked !== shown.question) return
  if (!answer) return say(shown, { kind: "notice", text: vscode.l10n.t("No model was found in this file.") })
  // From now on it is this model, wherever the cursor goes.
  const { position: _, ordinal: __, ...rest } = asked
  shown.question = { ...rest, index: answer.chosen }
  shown.view.title = answer.graph.name
  say(shown, { kind: "show", ...answer, graph: withDocumentUris(answer.graph), comparison: comparisonOf(asked) })
}

/** The server knows open documents only, and VS Code closes those that nobody sees. */
async function openCompared({ compare }: GraphQuestion): Promise<void> {
  if (!compare || !("model" in compare)) return
  await vscode.workspace.openTextDocument(vscode.Uri.parse(compare.model.uri)).then(undefined, () => undefined)
}

function comparisonOf({ compare }: GraphQuestion): Comparison {
  if (!compare) return "none"
  return "index" in compare ? compare.index : "text" in compare ? "head" : "elsewhere"
}

/** Documents are named as the editor names them. */
function withDocumentUris(graph: ModelGraph): ModelGraph {
  const named = (node: GraphNode): GraphNode =>
    node.place ? { ...node, place: { ...node.place, uri: vscode.Uri.parse(uriOf(node.place.uri)).toString() } } : node
  return { ...graph, nodes: graph.nodes.map(named) }
}

type Handlers = {
  readonly [K in FromModelPage["kind"]]: (shown: Shown, client: Promise<Client>, message: Extract<FromModelPage, { kind: K }>) => unknown
}

const HANDLERS: Handlers = {
  ready(shown, client) {
    shown.isReady = true
    return show(shown, client)
  },
  choose(shown, client, { index }) {
    shown.question = { uri: shown.question.uri, index }
    return show(shown, client)
  },
  compare: (shown, client, { with: other }) => compare(shown, client, other),
  reveal: (shown, _, { uri, line }) => reveal(shown, uri, line),
  export: (_, __, { format, name, content }) => saveExport(format, name, content),
}

const hear = (shown: Shown, client: Promise<Client>, message: FromModelPage): unknown =>
  (HANDLERS[message.kind] as ((shown: Shown, client: Promise<Client>, message: FromModelPage) => unknown) | undefined)?.(
    shown,
    client,
    message,
  )

async function compare(shown: Shown, client: Promise<Client>, other: Exclude<Comparison, "elsewhere">): Promise<void> {
  const { compare: _, ...question } = shown.question
  if (other === "none") shown.question = question
  else if (typeof other === "number") shown.question = { ...question, compare: { index: other } }
  else {
    const committed = await committedText(vscode.Uri.parse(question.uri))
    if ("missing" in committed) {
      shown.question = question
      await show(shown, client)
      return say(shown, { kind: "notice", text: committed.missing })
    }
    shown.question = { ...question, compare: { text: committed.text, label: vscode.l10n.t("the last commit") } }
  }
  await show(shown, client)
}

async function reveal(shown: Shown, uri: string, line: number): Promise<void> {
  const target = vscode.Uri.parse(uri)
  shown.ledTo = line
  const column = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === target.toString())?.viewColumn
  const editor = await vscode.window.showTextDocument(target, { viewColumn: column ?? vscode.ViewColumn.One, preserveFocus: true })
  const place = new vscode.Range(line, 0, line, 0)
  editor.selection = new vscode.Selection(place.start, place.start)
  editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport)
}
