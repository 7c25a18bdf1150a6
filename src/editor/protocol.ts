/** Every message of our own between client, server and the analysis thread, typed once. */
import type { ModelGraph } from "../drawing/graph/graph.ts"
import type { Theme } from "../drawing/palette.ts"
import type { FixFact } from "../facts/fixes/fixes.ts"
import type { HintFact } from "../facts/hints.ts"
import type { HoverFact } from "../facts/hover.ts"
import type { LensFact } from "../facts/lenses.ts"
import type { Levels } from "../facts/levels.ts"
import type { ModelRow } from "../facts/model-rows.ts"
import type { SnippetsFact } from "../facts/snippets.ts"
import type { ProblemFact } from "../facts/problems.ts"
import type { SubjectFact } from "../facts/subject.ts"
import type { Language, Position, Range } from "../text/source.ts"

/** What the client tells the server at the start and whenever some of it changes: always all of it. */
export interface Settings {
  /** Paths of the workspace's folders. */
  readonly folders: readonly string[]
  /** Further folders in which imports are looked up, the interpreter's packages among them. */
  readonly importPaths: readonly string[]
  /** Seconds for one file. */
  readonly timeLimit: number
  readonly showsLenses: boolean
  readonly showsHints: boolean
  readonly theme: Theme
  /** Whether our panel and commands are there; other editors get neither links to them nor pictures in hovers. */
  readonly hasPanel: boolean
  /** levels of rules that are not the table's */
  readonly levels: Levels
  /** what stands before a rule's code in the link to its page; nothing where no page can be shown */
  readonly rulePages?: string
}

/** A place in a document, as commands and requests name it. */
export interface DocumentPlace {
  readonly uri: string
  readonly position: Position
  /** The subject asked for; the best one unless given. */
  readonly subject?: string
}

/** An edit of one document. */
export interface DocumentEdit {
  readonly uri: string
  readonly range: Range
  readonly text: string
}

/** A subject of the explainer, for lists. */
export interface SubjectEntry {
  readonly id: string
  readonly title: string
  /** title of its group */
  readonly group: string
  readonly summary: string
}

/** Where a model begins. */
export interface ModelPlace extends DocumentPlace {
  /** which it is of the models that begin there; the first unless given */
  readonly ordinal?: number
}

/** Which model of a document: the one at a position, or one of them by number. */
export interface GraphQuestion {
  readonly uri: string
  readonly position?: Position
  readonly ordinal?: number
  readonly index?: number
  /** Another model of the document, another text of it, or a model of another open document. */
  readonly compare?: { readonly index: number } | { readonly text: string; readonly label: string } | { readonly model: ModelPlace }
}

/** A model of a file: in a notebook its place is one in a cell. */
export interface PlacedRow extends ModelRow {
  /** number of the cell among all cells of the notebook */
  readonly cell?: number
}

/** What is known of a file that was looked at. */
export interface FileModels {
  readonly rows: readonly PlacedRow[]
  /** URIs of the files it was seen to import, packages left out */
  readonly imports: readonly string[]
  /** set when the time limit came before the end */
  readonly isCutOff: boolean
  /** set when a file it imports was still being fetched */
  readonly isPending: boolean
}

/** Links are neither: they may lead anywhere. */
export type EntryKind = "file" | "folder" | "other"

/** Files and folders that only the editor can read, by URI. */
export interface WantedFiles {
  readonly texts: readonly string[]
  readonly folders: readonly string[]
}

/** What the editor found: a text is null, and a folder empty, where nothing can be read. */
export interface FoundFiles {
  readonly texts: readonly (readonly [uri: string, text: string | null])[]
  readonly folders: readonly (readonly [uri: string, entries: readonly (readonly [name: string, kind: EntryKind])[]])[]
}

export interface GraphAnswer {
  readonly graph: ModelGraph
  /** Names of all the document's models, and which one the graph is. */
  readonly models: readonly string[]
  readonly chosen: number
}

/** Requests of the client to the server, by method: what is asked and what is answered. */
export interface ServerRequests {
  /** The layer or model at a place, for the panel. */
  "layerscope/subject": { params: DocumentPlace; result: SubjectFact | null }
  /** All subjects, in the order of their groups. */
  "layerscope/subjects": { params: Record<string, never>; result: readonly SubjectEntry[] }
  /** A model of a document as a graph; null when the document holds none. */
  "layerscope/graph": { params: GraphQuestion; result: GraphAnswer | null }
  /** The models of a file with that text, whether it is open or not. Answered when nobody asks anything else; null when it cannot be. */
  "layerscope/models": { params: { readonly uri: string; readonly text: string }; result: FileModels | null }
  /** What the model at a place costs, in a line; null where there is none. */
  "layerscope/cost": { params: DocumentPlace; result: string | null }
  /** Snippets that fit the file, filled with what arrives at a place; null where nothing is analysed. */
  "layerscope/snippets": { params: DocumentPlace; result: SnippetsFact | null }
  /** Puts a value into an argument of the layer's call. */
  "layerscope/argumentEdit": { params: DocumentPlace & { argument: string; value: string }; result: DocumentEdit | null }
  /** States the inputs of the model that begins at a place; null when the text is no input. */
  "layerscope/inputEdit": { params: DocumentPlace & { stated: string }; result: DocumentEdit | null }
}

export const SETTINGS_CHANGED = "layerscope/settings"

/** The server's own request to the client: `WantedFiles`, answered with `FoundFiles`. */
export const READ = "layerscope/read"

export const COMMANDS = {
  explain: "layerscope.explainLayer",
  explainArchitecture: "layerscope.explainArchitecture",
  showModel: "layerscope.showModel",
  changeInput: "layerscope.changeInput",
  insertSnippet: "layerscope.insertLayerSnippet",
  openExample: "layerscope.openExample",
  showOutput: "layerscope.showOutput",
  restart: "layerscope.restart",
} as const

/** Arguments of `layerscope.changeInput`. */
export interface InputChange extends DocumentPlace {
  /** what the input box starts with */
  readonly proposal: string
}

/** A text to analyse. `slot` is its place in the flags that cancel, `ticket` what the flag must still say. */
export interface Submission {
  readonly uri: string
  readonly path: string
  readonly language: Language
  readonly text: string
  readonly slot: number
  readonly ticket: number
}

/** Questions of the server to the analysis thread, and the answers. */
export interface Questions {
  settings: { question: Settings; answer: undefined }
  submit: { question: Submission; answer: "done" | "cancelled" | "failed" }
  close: { question: { uri: string; path: string }; answer: undefined }
  /** Files changed on disk. True when an open document may depend on them. */
  changed: { question: { paths: readonly string[] }; answer: boolean }
  /** Files that were wanted. */
  supply: { question: FoundFiles; answer: undefined }
  hover: { question: DocumentPlace; answer: HoverFact | undefined }
  lenses: { question: { uri: string }; answer: readonly LensFact[] }
  hints: { question: { uri: string; range: Range }; answer: readonly HintFact[] }
  /** Hints of a text that is not analysed yet; undefined where they cannot be had at once. */
  glance: { question: { uri: string; language: Language; text: string; range: Range }; answer: readonly HintFact[] | undefined }
  problems: { question: { uri: string }; answer: readonly ProblemFact[] }
  /** What mends the problems in a range, and what the layers there could be instead; each is tried, within so many milliseconds. */
  fixes: { question: { uri: string; range: Range; milliseconds: number }; answer: readonly FixFact[] }
  subjects: { question: Record<string, never>; answer: readonly SubjectEntry[] }
  graph: { question: GraphQuestion; answer: GraphAnswer | undefined }
  cost: { question: DocumentPlace; answer: string | undefined }
  /** The costs are worked out within so many milliseconds. */
  snippets: { question: DocumentPlace & { milliseconds: number }; answer: SnippetsFact | undefined }
  /** The models of a file that nobody has open. */
  models: { question: Submission; answer: FileModels | "cancelled" }
  subject: { question: DocumentPlace; answer: SubjectFact | undefined }
  argumentEdit: { question: DocumentPlace & { argument: string; value: string }; answer: { range: Range; text: string } | undefined }
  inputEdit: { question: DocumentPlace & { stated: string }; answer: { range: Range; text: string } | undefined }
}

export type QuestionKind = keyof Questions

export interface QuestionMessage {
  readonly id: number
  readonly kind: QuestionKind
  readonly question: unknown
}

export interface AnswerMessage {
  readonly id: number
  readonly answer?: unknown
  /** Files that have to be there for the whole answer: it is asked for again when they are supplied. */
  readonly wanted?: WantedFiles
  /** our own bug: its stack */
  readonly failed?: string
}
