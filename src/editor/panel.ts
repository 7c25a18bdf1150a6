/** The panel beside the code: hosts the explainer's page, answers its messages, and follows the layer it was opened for. */
import * as vscode from "vscode"
import type { FromPanel, ToPanel } from "../../webview/messages.ts"
import type { ChosenSubject, SubjectFact } from "../facts/subject.ts"
import { type Checks, openChecks } from "./checks.ts"
import type { Client } from "./client.ts"
import { applyEdits } from "./edits.ts"
import { saveExport } from "./export.ts"
import { type FollowedPlace, followPlace } from "./following.ts"
import { pageHtml } from "./page.ts"
import type { DocumentEdit, DocumentPlace } from "./protocol.ts"

export interface Panel {
  explain(place: DocumentPlace): Promise<void>
  /** A subject by itself, with example numbers. */
  open(subject: string): void
}

const VIEW_TYPE = "layerscope.explain"
/** Under this name the workspace remembers which layer the panel shows. */
const ORIGIN = "layerscope.panel.origin"

/** The panel that is open, and what it waits for. */
interface Opened {
  readonly view: vscode.WebviewPanel
  isReady: boolean
  next: ToPanel | undefined
}

/** What answers the page. */
interface Desk {
  readonly context: vscode.ExtensionContext
  readonly output: vscode.LogOutputChannel
  readonly client: Promise<Client>
  readonly checks: Checks
  /** the layer the panel shows */
  readonly origin: FollowedPlace
  opened: Opened | undefined
}

export function registerPanel(context: vscode.ExtensionContext, output: vscode.LogOutputChannel, client: Promise<Client>): Panel {
  const origin = followPlace(context.workspaceState, ORIGIN)
  const checks = openChecks(context, output)
  const desk: Desk = { context, output, client, checks, origin, opened: undefined }
  // The page itself remembers what it showed.
  const serializer = { deserializeWebviewPanel: async (view: vscode.WebviewPanel) => void adopt(desk, view) }
  context.subscriptions.push(origin, checks, vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, serializer))
  return { explain: (place) => explain(desk, place), open: (subject) => openSubject(desk, subject) }
}

function adopt(desk: Desk, view: vscode.WebviewPanel): Opened {
  const { extensionUri } = desk.context
  const made: Opened = { view, isReady: false, next: undefined }
  desk.opened = made
  view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")] }
  view.webview.onDidReceiveMessage((message: FromPanel) => hear(desk, made, message))
  view.onDidDispose(() => {
    if (desk.opened === made) desk.opened = undefined
  })
  view.webview.html = pageHtml(view.webview, extensionUri)
  return made
}

function say(to: Opened, message: ToPanel): void {
  if (to.isReady) void to.view.webview.postMessage(message)
  else to.next = message
}

type Handlers = { readonly [K in FromPanel["kind"]]: (desk: Desk, from: Opened, message: Extract<FromPanel, { kind: K }>) => unknown }

const HANDLERS: Handlers = {
  ready(_, from) {
    from.isReady = true
    if (from.next) say(from, from.next)
    from.next = undefined
  },
  "run-check": async ({ checks }, from, { request, subject, knobs }) =>
    say(from, { kind: "check-result", request, outcome: await checks.run(subject, knobs) }),
  "write-to-code": (desk, from, { changes }) => writeToCode(desk, from, changes),
  reveal: ({ origin }) => reveal(origin.place()),
  "open-external": (_, __, { url }) => (url.startsWith("https://") ? vscode.env.openExternal(vscode.Uri.parse(url)) : undefined),
  export: (_, __, { format, name, content }) => saveExport(format, name, content),
}

async function hear(desk: Desk, from: Opened, message: FromPanel): Promise<void> {
  try {
    await (HANDLERS[message.kind] as ((desk: Desk, from: Opened, message: FromPanel) => unknown) | undefined)?.(desk, from, message)
  } catch (error) {
    desk.output.error(`${message.kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}

async function explain(desk: Desk, asked: DocumentPlace): Promise<void> {
  const fact = await (await desk.client).request("layerscope/subject", asked)
  const chosen = fact?.subjects.find(({ id }) => id === asked.subject) ?? fact?.subjects[0]
  if (!fact || !chosen) return tellNothing(fact)
  if (fact.isNear) {
    const shown = chosen.layer?.path ?? chosen.id
    void vscode.window.showInformationMessage(
      vscode.l10n.t("No subject explains {0} yet; shown instead: {1} of the same model.", fact.title, shown),
    )
  }
  const place = placeOf(asked, chosen)
  desk.origin.set(place)
  const panel = desk.opened ?? adopt(desk, createView())
  panel.view.reveal(undefined, true)
  say(panel, openMessage(fact, chosen, place))
}

function openSubject(desk: Desk, subject: string): void {
  desk.origin.set(undefined)
  const panel = desk.opened ?? adopt(desk, createView())
  panel.view.reveal(undefined, true)
  say(panel, { kind: "open", subject })
}

function createView(): vscode.WebviewPanel {
  const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }
  return vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t("Explain Layer"), column, { retainContextWhenHidden: true })
}

type Changes = Extract<FromPanel, { kind: "write-to-code" }>["changes"]

/** Writes, and shows the layer as the code has it then. */
async function writeToCode({ client, origin }: Desk, from: Opened, changes: Changes): Promise<void> {
  const place = origin.place()
  if (!place || !(await writeChanges(await client, place, changes))) {
    const advice = vscode.l10n.t("The layer's call leaves no safe place for these arguments; nothing was changed.")
    return void vscode.window.showWarningMessage(advice)
  }
  const moved = origin.place() ?? place
  const fact = await (await client).request("layerscope/subject", moved)
  const [chosen] = fact?.subjects ?? []
  if (fact && chosen) say(from, openMessage(fact, chosen, moved))
}

/** The layer's own call where it has one in this file, else the place that was asked about. Within a call the closing bracket is the call's alone. */
function placeOf({ uri, position }: DocumentPlace, { call }: ChosenSubject): DocumentPlace {
  if (!call) return { uri, position }
  return { uri, position: { line: call.end.line, character: Math.max(0, call.end.character - 1) } }
}

function openMessage(fact: SubjectFact, { id, knobs, layer, call }: ChosenSubject, { uri, position }: DocumentPlace): ToPanel {
  const line = (call?.start ?? position).line + 1
  // The layer asked for is named where another one is shown in its place.
  const title = fact.isNear ? vscode.l10n.t("shown because no subject explains {0} yet", fact.title) : fact.title
  const place = `${title} · ${vscode.Uri.parse(uri).path.split("/").at(-1)}:${line}`
  return {
    kind: "open",
    subject: id,
    knobs,
    ...(layer && { layer: { name: layer.path, place, facts: layer, canWrite: call !== undefined } }),
  }
}

/** All arguments in one step of undo; none when one of them has no place. */
async function writeChanges(client: Client, place: DocumentPlace, changes: Changes): Promise<boolean> {
  const edits = await Promise.all(
    changes.map(({ argument, value }) => client.request("layerscope/argumentEdit", { ...place, argument, value })),
  )
  const found = edits.filter((edit): edit is DocumentEdit => edit !== null)
  return found.length === changes.length && found.length > 0 && applyEdits(found)
}

async function reveal(place: DocumentPlace | undefined): Promise<void> {
  if (!place) return
  const position = new vscode.Position(place.position.line, place.position.character)
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(place.uri))
  const column = vscode.window.visibleTextEditors.find((editor) => editor.document === document)?.viewColumn ?? vscode.ViewColumn.One
  await vscode.window.showTextDocument(document, { viewColumn: column, selection: new vscode.Range(position, position) })
}

function tellNothing(fact: SubjectFact | null): void {
  const about = fact
    ? vscode.l10n.t("Nothing explains {0} yet.", fact.title)
    : vscode.l10n.t("There is no layer or model here that is known.")
  void vscode.window.showInformationMessage(
    `${about} ${vscode.l10n.t("Put the cursor on a convolution, a depthwise convolution, an Inception block, or on a model that has one.")}`,
  )
}
