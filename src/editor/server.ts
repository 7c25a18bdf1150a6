/** The language server: documents come in, facts go out; the analysis itself runs in a thread of its own. */
import {
  type ClientCapabilities,
  CodeActionKind,
  CodeActionTriggerKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  NotebookDocuments,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver"
import { TextDocument } from "vscode-languageserver-textdocument"
import type { ModelGraph } from "../drawing/graph/graph.ts"
import type { FixFact } from "../facts/fixes/fixes.ts"
import type { HintFact } from "../facts/hints.ts"
import { levelled } from "../facts/levels.ts"
import { type Analyst, startAnalyst } from "./analyst.ts"
import { openConnection } from "./connection.ts"
import { type Documents, openDocuments } from "./documents.ts"
import { actionsOf, diagnosticOf, hintOf, hoverOf, lensesOf, type PlacedFix, plainLensesOf } from "./features.ts"
import { type Indexing, openIndexing } from "./indexing.ts"
import { type Cells, openCells } from "./notebooks.ts"
import { askForNews, changedSettings, foldersOf, statedSettings } from "./other-editors.ts"
import { pictureFor } from "./pictures.ts"
import {
  type DocumentEdit,
  type FoundFiles,
  type GraphQuestion,
  READ,
  SETTINGS_CHANGED,
  type ServerRequests,
  type Settings,
} from "./protocol.ts"
import { notebookSource, sourceOf } from "./sources.ts"
import { pathOf } from "./uris.ts"

const DEFAULTS: Settings = {
  folders: [],
  importPaths: [],
  timeLimit: 2,
  showsLenses: true,
  showsHints: true,
  theme: "dark",
  hasPanel: false,
  levels: {},
}

/** What the parts of the server share. */
interface Service {
  readonly connection: Connection
  readonly analyst: Analyst
  readonly documents: Documents
  readonly cells: Cells
  readonly indexing: Indexing
  settings: Settings
  /** what the editor can do */
  editor: ClientCapabilities
}

function serve(connection: Connection): void {
  const cells = openCells()
  const start = (restarted: () => void) =>
    startAnalyst({
      restarted,
      log: (text) => connection.console.error(text),
      read: (wanted) => connection.sendRequest<FoundFiles>(READ, wanted),
    })
  const reader = start(() => void configure(service, service.settings))
  const indexing = openIndexing(reader, start)
  const { analyst } = indexing
  const documents = openDocuments(analyst, (uri, wasGlanced) => void publish(service, uri, wasGlanced))
  const service: Service = { connection, analyst, documents, cells, indexing, settings: DEFAULTS, editor: {} }
  connection.onInitialize(async (params): Promise<InitializeResult> => {
    service.editor = params.capabilities
    const own = params.initializationOptions as Partial<Settings> | undefined
    if (own?.hasPanel) void configure(service, { ...DEFAULTS, ...own })
    else await serveOthers(service, params)
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        notebookDocumentSync: { notebookSelector: [{ notebook: "*", cells: [{ language: "python" }] }] },
        hoverProvider: true,
        codeLensProvider: {},
        inlayHintProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
      },
      serverInfo: { name: "layerscope" },
    }
  })
  connection.onNotification(SETTINGS_CHANGED, (settings: Settings) => configure(service, settings).then(() => askAgain(service)))
  connection.onShutdown(() => analyst.stop())
  followDocuments(service)
  answerFeatures(service)
  answerPanel(service)
  connection.listen()
}

async function configure(service: Service, settings: Settings): Promise<void> {
  service.settings = settings
  await service.analyst.ask("settings", settings)
  await service.documents.refresh()
}

/** An editor without our client: its settings are read from what it says, now and whenever they change. */
async function serveOthers(service: Service, params: InitializeParams): Promise<void> {
  const { connection } = service
  const folders = foldersOf(params)
  void configure(service, await statedSettings(DEFAULTS, folders, params.initializationOptions))
  connection.onInitialized(() => void askForNews(connection, params).catch((error) => connection.console.error(String(error))))
  connection.onDidChangeConfiguration(async ({ settings }) => {
    const changed = await changedSettings(connection, settings, params)
    if (changed === undefined) return
    await configure(service, await statedSettings(DEFAULTS, folders, changed))
    await askAgain(service)
  })
}

/** After something outside the documents changed, the editor has to be told to ask again. */
async function askAgain({ connection, editor: { workspace } }: Service): Promise<void> {
  if (workspace?.inlayHint?.refreshSupport) await connection.languages.inlayHint.refresh()
  if (workspace?.codeLens?.refreshSupport) await connection.sendRequest("workspace/codeLens/refresh")
}

async function publish(
  { analyst, cells, connection, settings: { levels, rulePages } }: Service,
  analysed: string,
  wasGlanced: boolean,
): Promise<void> {
  if (wasGlanced) void connection.languages.inlayHint.refresh()
  const found = await analyst.ask("problems", { uri: analysed })
  if (!found) return
  const problems = levelled(found, levels)
  for (const uri of cells.partsOf(analysed))
    await connection.sendDiagnostics({
      uri,
      diagnostics: problems.flatMap((fact) => cells.problem(uri, fact)).map((fact) => diagnosticOf(fact, rulePages)),
    })
}

function followDocuments(service: Service): void {
  const { connection, documents, cells, analyst } = service
  const texts = new TextDocuments(TextDocument)
  const notebooks = new NotebookDocuments(TextDocument)
  const forget = async (paths: string[]) => {
    if (!(await analyst.ask("changed", { paths }))) return
    await documents.refresh()
    await askAgain(service)
  }
  texts.onDidChangeContent(({ document }) => {
    const source = sourceOf(document)
    if (source) documents.change(source)
  })
  texts.onDidClose(({ document: { uri } }) => {
    documents.close(uri)
    void connection.sendDiagnostics({ uri, diagnostics: [] })
  })
  texts.onDidSave(({ document }) => forget([pathOf(document.uri)]))
  connection.onDidChangeWatchedFiles(({ changes }) => forget(changes.map(({ uri }) => pathOf(uri))))
  notebooks.onDidOpen((notebook) => documents.change(notebookSource(notebooks, notebook.uri, cells)))
  notebooks.onDidChange(({ notebookDocument }) => documents.change(notebookSource(notebooks, notebookDocument.uri, cells)))
  notebooks.onDidClose(({ uri }) => {
    for (const part of cells.partsOf(uri)) void connection.sendDiagnostics({ uri: part, diagnostics: [] })
    documents.close(uri)
    cells.remove(uri)
  })
  texts.listen(connection)
  notebooks.listen(connection)
}

/** Runs a request on settled facts. Whatever goes wrong is logged, and nothing is answered. */
async function answered<T>({ connection, documents, cells }: Service, uri: string, nothing: T, body: () => Promise<T>): Promise<T> {
  try {
    return (await documents.settled(cells.analysedAs(uri))) ? await body() : nothing
  } catch (error) {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return nothing
  }
}

function answerFeatures(service: Service): void {
  const { connection, analyst, cells, documents } = service
  connection.onHover(({ textDocument: { uri }, position }) =>
    answered(service, uri, null, async () => {
      const fact = await analyst.ask("hover", cells.inward({ uri, position }))
      if (!fact) return null
      const { range } = cells.outward(cells.analysedAs(uri), fact.range)
      const { hasPanel, theme } = service.settings
      if (!hasPanel) return hoverOf({ ...fact, range }, undefined, undefined)
      return hoverOf({ ...fact, range }, { uri, position }, pictureFor(fact.picture, theme))
    }),
  )
  connection.onCodeLens(({ textDocument: { uri } }) =>
    answered(service, uri, [], async () => {
      const facts = service.settings.showsLenses ? await analyst.ask("lenses", { uri: cells.analysedAs(uri) }) : undefined
      const { hasPanel } = service.settings
      return (facts ?? [])
        .flatMap((fact) => cells.lens(uri, fact))
        .flatMap((fact) => (hasPanel ? lensesOf(fact, uri) : plainLensesOf(fact)))
    }),
  )
  connection.languages.inlayHint.on(async ({ textDocument: { uri }, range }) => {
    if (!service.settings.showsHints) return []
    const question = { uri: cells.analysedAs(uri), range: cells.inwardRange(uri, range) }
    const shown = (facts: readonly HintFact[]) => facts.flatMap((fact) => cells.hint(uri, fact)).map(hintOf)
    // Who cannot be told to ask again is not shown what may change.
    const canAskAgain = service.editor.workspace?.inlayHint?.refreshSupport === true
    const seen = canAskAgain ? await documents.glance(question.uri, question.range) : undefined
    return seen ? shown(seen) : answered(service, uri, [], async () => shown((await analyst.ask("hints", question)) ?? []))
  })
  connection.onCodeAction(({ textDocument: { uri }, range, context }) =>
    answered(service, uri, [], async () => {
      const analysed = cells.analysedAs(uri)
      const milliseconds = TRYING[context.triggerKind ?? CodeActionTriggerKind.Invoked]
      const facts = await analyst.ask("fixes", { uri: analysed, range: cells.inwardRange(uri, range), milliseconds })
      return actionsOf(
        (facts ?? []).flatMap((fact) => placedFix(cells, analysed, fact)),
        context.diagnostics,
      )
    }),
  )
}

/** Milliseconds for trying fixes: the editor asks by itself wherever the cursor goes, and the reader waits only when asking. */
const TRYING: Record<CodeActionTriggerKind, number> = { [CodeActionTriggerKind.Automatic]: 250, [CodeActionTriggerKind.Invoked]: 2000 }

/** Milliseconds for what snippets would cost; those that are left are shown without. */
const SNIPPETS = 1500

/** In a notebook an edit has to stay within a cell. */
function placedFix({ outward }: Cells, analysed: string, fact: FixFact): PlacedFix[] {
  const { uri, range } = outward(analysed, fact.range)
  const { range: end, uri: last } = outward(analysed, { start: fact.range.end, end: fact.range.end })
  const problem = fact.problem && { ...fact.problem, range: outward(analysed, fact.problem.range).range }
  return uri === last ? [{ ...fact, uri, range: { start: range.start, end: end.start }, ...(problem && { problem }) }] : []
}

/** In a notebook the models belong to all cells together. */
function graphPlace(cells: Cells, { uri, position, compare }: GraphQuestion): Pick<GraphQuestion, "uri" | "position" | "compare"> {
  const place = position ? cells.inward({ uri, position }) : { uri: cells.analysedAs(uri) }
  return compare && "model" in compare ? { ...place, compare: { model: { ...compare.model, ...cells.inward(compare.model) } } } : place
}

/** Layers made in a notebook are made in one of its cells. */
function inCells(cells: Cells, analysed: string, graph: ModelGraph): ModelGraph {
  const nodes = graph.nodes.map((node) => {
    if (node.place?.uri !== analysed) return node
    const at = { line: node.place.line, character: 0 }
    const { uri, range } = cells.outward(analysed, { start: at, end: at })
    return { ...node, place: { uri, line: range.start.line } }
  })
  return { ...graph, nodes }
}

/** What the panels ask. */
function answerPanel(service: Service): void {
  const { connection, analyst, cells, documents, indexing } = service
  const on = <M extends Exclude<keyof ServerRequests, "layerscope/subjects" | "layerscope/models">>(
    method: M,
    handle: (params: ServerRequests[M]["params"]) => Promise<ServerRequests[M]["result"]>,
  ) =>
    connection.onRequest(method, (params: ServerRequests[M]["params"]) =>
      answered(service, params.uri, null as ServerRequests[M]["result"], () => handle(params)),
    )
  const outward = (uri: string, edit: Pick<DocumentEdit, "range" | "text"> | undefined): DocumentEdit | null =>
    edit ? { ...cells.outward(cells.analysedAs(uri), edit.range), text: edit.text } : null
  connection.onRequest("layerscope/subjects", () => analyst.ask("subjects", {}))
  connection.onRequest(
    "layerscope/models",
    async ({ uri, text }: ServerRequests["layerscope/models"]["params"], token) => (await indexing.models(uri, text, token)) ?? null,
  )
  on("layerscope/graph", async (params) => {
    if (params.compare && "model" in params.compare) await documents.settled(cells.analysedAs(params.compare.model.uri))
    const answer = await analyst.ask("graph", { ...params, ...graphPlace(cells, params) })
    return answer ? { ...answer, graph: inCells(cells, cells.analysedAs(params.uri), answer.graph) } : null
  })
  on("layerscope/subject", async (params) => (await analyst.ask("subject", cells.inward(params))) ?? null)
  on("layerscope/cost", async (params) => (await analyst.ask("cost", cells.inward(params))) ?? null)
  on("layerscope/snippets", async (params) => {
    const place = cells.inward(params)
    return (await analyst.ask("snippets", { ...place, milliseconds: SNIPPETS })) ?? null
  })
  on("layerscope/argumentEdit", async (params) =>
    outward(params.uri, await analyst.ask("argumentEdit", { ...params, ...cells.inward(params) })),
  )
  on("layerscope/inputEdit", async (params) => outward(params.uri, await analyst.ask("inputEdit", { ...params, ...cells.inward(params) })))
}

serve(openConnection())
