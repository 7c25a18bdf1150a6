/** The language server: documents come in, facts go out; the analysis itself runs in a thread of its own. */
import {
  CodeActionKind,
  type Connection,
  createConnection,
  type InitializeResult,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node"
import { TextDocument } from "vscode-languageserver-textdocument"
import { languageOf } from "../syntax/parse.ts"
import { startAnalyst } from "./analyst.ts"
import { type Documents, openDocuments, type Source } from "./documents.ts"
import { diagnosticOf, fixesOf, hintOf, hoverOf, lensesOf } from "./features.ts"
import { pictureFor } from "./pictures.ts"
import { SETTINGS_CHANGED, type ServerRequests, type Settings } from "./protocol.ts"
import { pathOf } from "./uris.ts"

const DEFAULTS: Settings = { folders: [], importPaths: [], timeLimit: 2, showsLenses: true, showsHints: true, theme: "dark" }

const LANGUAGES = { python: "python", javascript: "javascript", javascriptreact: "javascript", typescript: "typescript", typescriptreact: "typescript" } as const

function serve(connection: Connection): void {
  const texts = new TextDocuments(TextDocument)
  const log = (text: string) => connection.console.error(text)
  let settings = DEFAULTS
  let isReady = false
  const analyst = startAnalyst(log, () => void configure(settings))
  const documents: Documents = openDocuments(analyst, (uri) => void publish(uri))

  async function configure(changed: Settings): Promise<void> {
    settings = changed
    await analyst.ask("settings", changed)
    await refresh()
  }

  /** After something outside the documents changed, the editor has to be told to ask again. */
  async function refresh(): Promise<void> {
    await documents.refresh()
    if (!isReady) return
    await connection.languages.inlayHint.refresh()
    await connection.sendRequest("workspace/codeLens/refresh")
  }

  async function publish(uri: string): Promise<void> {
    const problems = await analyst.ask("problems", { uri })
    if (problems) await connection.sendDiagnostics({ uri, diagnostics: problems.map(diagnosticOf) })
  }

  /** Runs a request on settled facts. Whatever goes wrong is logged, and nothing is answered. */
  async function answer<T>(uri: string, nothing: T, body: () => Promise<T>): Promise<T> {
    try {
      return (await documents.settled(uri)) ? await body() : nothing
    } catch (error) {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error))
      return nothing
    }
  }

  connection.onInitialize(({ initializationOptions }): InitializeResult => {
    void configure({ ...DEFAULTS, ...(initializationOptions as Partial<Settings> | undefined) })
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        codeLensProvider: {},
        inlayHintProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
    }
  })
  connection.onNotification(SETTINGS_CHANGED, (changed: Settings) => configure(changed))
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    if (await analyst.ask("changed", { paths: changes.map(({ uri }) => pathOf(uri)) })) await refresh()
  })
  connection.onInitialized(() => {
    isReady = true
  })
  connection.onShutdown(() => analyst.stop())

  texts.onDidChangeContent(({ document }) => {
    const source = sourceOf(document)
    if (source) documents.change(source)
  })
  texts.onDidClose(({ document }) => {
    documents.close(document.uri)
    void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] })
  })
  texts.onDidSave(async ({ document }) => {
    if (await analyst.ask("changed", { paths: [pathOf(document.uri)] })) await refresh()
  })

  connection.onHover(({ textDocument: { uri }, position }) =>
    answer(uri, null, async () => {
      const place = { uri, position }
      const fact = await analyst.ask("hover", place)
      return fact ? hoverOf(fact, place, pictureFor(fact, settings.theme)) : null
    }),
  )
  connection.onCodeLens(({ textDocument: { uri } }) =>
    answer(uri, [], async () => (settings.showsLenses ? ((await analyst.ask("lenses", { uri })) ?? []).flatMap((fact) => lensesOf(fact, uri)) : [])),
  )
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }) =>
    answer(uri, [], async () => (settings.showsHints ? ((await analyst.ask("hints", { uri, range })) ?? []).map(hintOf) : [])),
  )
  connection.onCodeAction(({ textDocument: { uri }, context }) => fixesOf(context.diagnostics, uri))

  const on = <M extends keyof ServerRequests>(method: M, handle: (params: ServerRequests[M]["params"]) => Promise<ServerRequests[M]["result"]>) =>
    connection.onRequest(method, (params: ServerRequests[M]["params"]) => answer(params.uri, null as ServerRequests[M]["result"], () => handle(params)))
  on("layerscope/subject", async (params) => (await analyst.ask("subject", params)) ?? null)
  on("layerscope/argumentEdit", async (params) => withUri(params.uri, await analyst.ask("argumentEdit", params)))
  on("layerscope/inputEdit", async (params) => withUri(params.uri, await analyst.ask("inputEdit", params)))

  texts.listen(connection)
  connection.listen()
}

const withUri = <T extends object>(uri: string, edit: T | undefined): ({ uri: string } & T) | null => (edit ? { uri, ...edit } : null)

/** The file's name tells the language where it can, the editor where it cannot. */
function sourceOf(document: TextDocument): Source | undefined {
  const path = pathOf(document.uri)
  const named = Object.hasOwn(LANGUAGES, document.languageId) ? LANGUAGES[document.languageId as keyof typeof LANGUAGES] : undefined
  const language = languageOf(path) ?? named
  return language && { uri: document.uri, path, language, text: () => document.getText() }
}

serve(createConnection(ProposedFeatures.all))
