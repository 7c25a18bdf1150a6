/** The panel beside the code: hosts the explainer's page, answers its messages, and follows the layer it was opened for. */
import { basename } from "node:path"
import * as vscode from "vscode"
import type { FromPanel, ToPanel } from "../../webview/messages.ts"
import type { ChosenSubject, SubjectFact } from "../facts/subject.ts"
import { openChecks } from "./checks.ts"
import type { Client } from "./client.ts"
import { applyEdits } from "./edits.ts"
import { saveExport } from "./export.ts"
import { followPlace } from "./following.ts"
import { pageHtml } from "./page.ts"
import type { DocumentEdit, DocumentPlace } from "./protocol.ts"

export interface Panel {
  explain(place: DocumentPlace): Promise<void>
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

export function registerPanel(context: vscode.ExtensionContext, output: vscode.LogOutputChannel, client: Promise<Client>): Panel {
  let opened: Opened | undefined
  const origin = followPlace(context.workspaceState, ORIGIN)
  const checks = openChecks(context, output)
  context.subscriptions.push(origin, checks)

  function adopt(view: vscode.WebviewPanel): Opened {
    const made: Opened = { view, isReady: false, next: undefined }
    opened = made
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, "dist")] }
    view.webview.onDidReceiveMessage((message: FromPanel) => hear(made, message))
    view.onDidDispose(() => {
      if (opened === made) opened = undefined
    })
    view.webview.html = pageHtml(view.webview, context.extensionUri)
    return made
  }

  function say(to: Opened, message: ToPanel): void {
    if (to.isReady) void to.view.webview.postMessage(message)
    else to.next = message
  }

  const handlers: { [K in FromPanel["kind"]]: (from: Opened, message: Extract<FromPanel, { kind: K }>) => unknown } = {
    ready(from) {
      from.isReady = true
      if (from.next) say(from, from.next)
      from.next = undefined
    },
    "run-check": async (from, { request, subject, knobs }) => say(from, { kind: "check-result", request, outcome: await checks.run(subject, knobs) }),
    "write-to-code": async (from, { changes }) => {
      const place = origin.place()
      if (!place || !(await writeChanges(await client, place, changes))) return vscode.window.showWarningMessage(vscode.l10n.t("The layer's call leaves no safe place for these arguments; nothing was changed."))
      const fact = await (await client).request("layerscope/subject", place)
      const [chosen] = fact?.subjects ?? []
      if (fact && chosen) say(from, openMessage(fact, chosen, place))
    },
    reveal: () => reveal(origin.place()),
    "open-external": (_, { url }) => (url.startsWith("https://") ? vscode.env.openExternal(vscode.Uri.parse(url)) : undefined),
    export: (_, { format, name, content }) => saveExport(format, name, content),
  }

  async function hear(from: Opened, message: FromPanel): Promise<void> {
    try {
      await (handlers[message.kind] as ((from: Opened, message: FromPanel) => unknown) | undefined)?.(from, message)
    } catch (error) {
      output.error(`${message.kind}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }

  context.subscriptions.push(
    vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, {
      // The page itself remembers what it showed.
      deserializeWebviewPanel: async (view) => void adopt(view),
    }),
  )

  return {
    async explain(asked) {
      const fact = await (await client).request("layerscope/subject", asked)
      const [chosen] = fact?.subjects ?? []
      if (!fact || !chosen) return tellNothing(fact)
      if (fact.isNear) void vscode.window.showInformationMessage(vscode.l10n.t("No subject explains {0} yet; shown instead: {1} of the same model.", fact.title, chosen.layer?.path ?? chosen.id))
      const place = placeOf(asked, chosen)
      origin.set(place)
      const panel = opened ?? adopt(vscode.window.createWebviewPanel(VIEW_TYPE, vscode.l10n.t("Explain Layer"), { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { retainContextWhenHidden: true }))
      panel.view.reveal(undefined, true)
      say(panel, openMessage(fact, chosen, place))
    },
  }
}

/** The layer's own call where it has one in this file, else the place that was asked about. Within a call the closing bracket is the call's alone. */
function placeOf({ uri, position }: DocumentPlace, { call }: ChosenSubject): DocumentPlace {
  if (!call) return { uri, position }
  return { uri, position: { line: call.end.line, character: Math.max(0, call.end.character - 1) } }
}

function openMessage(fact: SubjectFact, { id, knobs, layer, call }: ChosenSubject, { uri, position }: DocumentPlace): ToPanel {
  const line = (call?.start ?? position).line + 1
  const place = `${fact.title} · ${basename(vscode.Uri.parse(uri).fsPath)}:${line}`
  return { kind: "open", subject: id, knobs, ...(layer && { layer: { name: layer.path, place, facts: layer, canWrite: call !== undefined } }) }
}

/** All arguments in one step of undo; none when one of them has no place. */
async function writeChanges(client: Client, place: DocumentPlace, changes: Extract<FromPanel, { kind: "write-to-code" }>["changes"]): Promise<boolean> {
  const edits = await Promise.all(changes.map(({ argument, value }) => client.request("layerscope/argumentEdit", { ...place, argument, value })))
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
  const about = fact ? vscode.l10n.t("Nothing explains {0} yet.", fact.title) : vscode.l10n.t("There is no layer or model here that is known.")
  void vscode.window.showInformationMessage(`${about} ${vscode.l10n.t("Put the cursor on a convolution, a depthwise convolution, an Inception block, or on a model that has one.")}`)
}
