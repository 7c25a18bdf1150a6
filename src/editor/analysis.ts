/** The analysis thread: keeps one analysis a document and answers the server's questions about it. */
import { SUBJECTS } from "../concepts/catalogue.ts"
import { groupTitle } from "../concepts/group.ts"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { type Analysis, analyze } from "../facts/analyze.ts"
import { parseInputs, stateInput } from "../facts/directives.ts"
import { argumentEditAt } from "../facts/edits.ts"
import { fixesIn } from "../facts/fixes/fixes.ts"
import { costAt, graphFact } from "../facts/shown-model.ts"
import { glance } from "../facts/glance.ts"
import { type HintFact, hintsIn } from "../facts/hints.ts"
import { hoverAt } from "../facts/hover.ts"
import { lensesOf } from "../facts/lenses.ts"
import { patternLensesOf } from "../facts/pattern-lenses.ts"
import { problemsOf } from "../facts/problems.ts"
import { type AnalyzeTree, analyzeByParts, type KeptFile } from "../facts/parts/keep.ts"
import { snippetsAt } from "../facts/snippets.ts"
import { subjectAt } from "../facts/subject.ts"
import { parse } from "../syntax/parse.ts"
import { reconcile } from "../syntax/reconcile.ts"
import type { Tree } from "../syntax/tree.ts"
import type { Budget } from "../text/host.ts"
import { offsetAt, type Place, positionAt, type Range, rangeOf, replaceText, sourceFile } from "../text/source.ts"
import { fileModels } from "./file-models.ts"
import { type Files, openFiles } from "./files.ts"
import { pathOf } from "./uris.ts"
import type {
  AnswerMessage,
  DocumentPlace,
  FileModels,
  QuestionKind,
  QuestionMessage,
  Questions,
  Settings,
  Submission,
  WantedFiles,
} from "./protocol.ts"
import { listen } from "./thread-port.ts"

/** Steps of evaluation; some ten times what the largest model of torchvision takes. The clock is what usually ends an analysis. */
const FUEL = 60_000_000

/** Milliseconds for running a function again that is typed in. */
const GLANCE = 60

/** Steps for one snippet. */
const SNIPPET_FUEL = 2_000_000

type Answers = { readonly [K in QuestionKind]: (question: Questions[K]["question"]) => Questions[K]["answer"] }

/** `flags` say which tickets are out of date, where memory can be shared. `wanted` are the files without which the last answer is not whole. */
export function openAnalysis(flags: Int32Array | undefined): Answers & { wanted(): WantedFiles | undefined } {
  const analyses = new Map<string, Analysis>()
  // The last that ran to its end, also when the newest was cancelled.
  const whole = new Map<string, Analysis>()
  const modules = new Map<string, ModuleRecord>()
  const kept = new Map<string, KeptFile>()
  // Documents whose imports may have changed: they are analysed anew even where their own text did not.
  const stale = new Set<string>()
  let files = openFiles([], [])
  let timeLimit = 2
  const forgetModules = () => {
    for (const known of [modules, kept]) known.clear()
    for (const uri of analyses.keys()) stale.add(uri)
  }
  return {
    settings(settings: Settings) {
      files = openFiles(settings.folders, settings.importPaths)
      timeLimit = settings.timeLimit
      forgetModules()
      return undefined
    },
    submit(submission) {
      files.overlay(submission.path, submission.text)
      modules.delete(submission.path)
      const { uri, language, text } = submission
      const [last, known, isStale] = [analyses.get(uri), kept.get(uri), stale.has(uri)]
      if (last && !isStale && last.file.text === text) return "done"
      const file = sourceFile(uri, language, text)
      // The facts that were found before move with the statements that still stand there.
      const tree = parse(file, isStale ? undefined : (known?.tree ?? last?.tree))
      if (last && !isStale && followsLayout(last, tree, text)) return "done"
      const outcome = analyzeByParts(file, tree, known, analysisRun(submission, files, modules, timeLimit, flags))
      setOrDelete(kept, uri, outcome.kept)
      // A file that was kept has the new text already: its last analysis speaks of another.
      if (outcome.analysis || known || !isStale) setOrDelete(analyses, uri, outcome.analysis)
      if (!outcome.analysis) return "cancelled"
      stale.delete(uri)
      whole.set(uri, outcome.analysis)
      return "done"
    },
    glance: (question) =>
      stale.has(question.uri) ? undefined : hintsAtOnce(whole.get(question.uri), kept.get(question.uri)?.tree, question),
    close({ uri, path }) {
      files.overlay(path, undefined)
      for (const known of [analyses, whole, kept]) known.delete(uri)
      return undefined
    },
    changed({ paths }) {
      files.forget(paths)
      const concerned = paths.some((path) => modules.has(path))
      if (concerned) forgetModules()
      return concerned
    },
    supply: (found) => void files.supply(found),
    wanted: () => files.wanted(),
    models: (submission) => modelsIn(submission, files, limits(submission, timeLimit, flags)),
    ...viewsOf(analyses),
    ...trialsOf(analyses, modules, () => ({ files, timeLimit })),
  }
}

function hintsAtOnce(
  last: Analysis | undefined,
  newest: Tree | undefined,
  { uri, language, text, range }: Questions["glance"]["question"],
): HintFact[] | undefined {
  if (!last) return undefined
  const file = sourceFile(uri, language, text)
  const end = Date.now() + GLANCE
  const seen = glance(last, file, parse(file, newest ?? last.tree), { fuel: FUEL, cancelled: () => Date.now() > end })
  return seen && hintsIn(seen, spanOf(seen, range))
}

const spanOf = ({ file }: Pick<Analysis, "file">, range: Range): Place["span"] => ({
  start: offsetAt(file, range.start),
  end: offsetAt(file, range.end),
})

function setOrDelete<T>(map: Map<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

/** What analyses other texts than the one that stands there. */
function trialsOf(
  analyses: ReadonlyMap<string, Analysis>,
  modules: ReadonlyMap<string, ModuleRecord>,
  settings: () => { readonly files: Files; readonly timeLimit: number },
): Pick<Answers, "fixes" | "graph"> {
  return {
    fixes({ uri, range, milliseconds }) {
      const analysis = analyses.get(uri)
      const deadline = Date.now() + milliseconds
      const known = new Map(modules)
      return analysis
        ? fixesIn(analysis, spanOf(analysis, range), (text) => analyzeTrial(analysis, text, settings().files, known, deadline))
        : []
    },
    graph(question) {
      const analysis = analyses.get(question.uri)
      const reread = (text: string) => analysis && analyzeText(analysis, text, settings().files, settings().timeLimit)
      return analysis && graphFact(analysis, question, { reread, beside: (uri) => analyses.get(uri) })
    },
  }
}

/** What is only looked up in what was analysed. */
function viewsOf(
  analyses: ReadonlyMap<string, Analysis>,
): Omit<Answers, "settings" | "submit" | "glance" | "close" | "changed" | "supply" | "models" | "graph" | "fixes"> {
  const at = <T>({ uri, position }: DocumentPlace, answer: (analysis: Analysis, offset: number) => T): T | undefined => {
    const analysis = analyses.get(uri)
    return analysis && answer(analysis, offsetAt(analysis.file, position))
  }
  return {
    hover: (place) => at(place, (analysis, offset) => hoverAt(analysis, offset)),
    lenses: ({ uri }) => lensesOrNone(analyses.get(uri)),
    hints({ uri, range }) {
      const analysis = analyses.get(uri)
      return analysis ? hintsIn(analysis, spanOf(analysis, range)) : []
    },
    problems({ uri }) {
      const analysis = analyses.get(uri)
      return analysis ? problemsOf(analysis) : []
    },
    subjects: () => SUBJECTS.map(({ id, title, group, summary }) => ({ id, title, group: groupTitle(group), summary })),
    subject: (place) => at(place, subjectAt),
    cost: (place) => at(place, costAt),
    snippets: (place) => {
      const end = Date.now() + place.milliseconds
      return at(place, (analysis, offset) => snippetsAt(analysis, offset, { fuel: SNIPPET_FUEL, cancelled: () => Date.now() > end }))
    },
    argumentEdit: (place) =>
      at(place, (analysis, offset) => inRange(analysis, argumentEditAt(analysis, offset, place.argument, place.value))),
    inputEdit: (place) => at(place, (analysis, offset) => inputEditAt(analysis, offset, place.stated)),
  }
}

/** Another text of the same document, such as the last commit's; with what it imports as that is now. */
function analyzeText({ file }: Analysis, text: string, files: Files, timeLimit: number): Analysis {
  const start = Date.now()
  const spent = () => (Date.now() - start) / (timeLimit * 1000)
  const budget = { fuel: FUEL, spent, cancelled: () => spent() > 1 }
  return analyze(sourceFile(file.uri, file.language, text), pathOf(file.uri), files, { budget })
}

/** A text that is only tried: with the modules that are known, until the time is over. */
function analyzeTrial(
  { file }: Analysis,
  text: string,
  files: Files,
  modules: Map<string, ModuleRecord>,
  deadline: number,
): Analysis | undefined {
  if (Date.now() > deadline) return undefined
  const budget = { fuel: FUEL, cancelled: () => Date.now() > deadline }
  return analyze(sourceFile(file.uri, file.language, text), pathOf(file.uri), files, { budget, modules })
}

const lensesOrNone = (analysis: Analysis | undefined) => (analysis ? [...lensesOf(analysis), ...patternLensesOf(analysis)] : [])

/** True when only layout or remarks changed: the facts then stand where the new text has them. */
function followsLayout(analysis: Analysis, tree: Tree, text: string): boolean {
  if (!reconcile(analysis.tree, tree)) return false
  replaceText(analysis.file, text)
  return true
}

/** What a submission may use from now on, and whether its ticket is out of date. */
function limits(
  { slot, ticket }: Submission,
  timeLimit: number,
  flags: Int32Array | undefined,
): { budget: Budget; isStale: () => boolean } {
  const start = Date.now()
  const deadline = start + timeLimit * 1000
  const isStale = () => flags !== undefined && Atomics.load(flags, slot) !== ticket
  const spent = () => (Date.now() - start) / (deadline - start)
  return { budget: { fuel: FUEL, spent, cancelled: () => isStale() || Date.now() > deadline }, isStale }
}

/** The models of a file that nobody has open. */
function modelsIn(submission: Submission, files: Files, { budget, isStale }: ReturnType<typeof limits>): FileModels | "cancelled" {
  const found = isStale() ? undefined : fileModels(submission, files, budget)
  return found && !isStale() ? found : "cancelled"
}

/** Analyses the parts of one submission, which share its time; undefined when a keystroke came in between. */
function analysisRun(
  submission: Submission,
  files: Files,
  modules: Map<string, ModuleRecord>,
  timeLimit: number,
  flags: Int32Array | undefined,
): AnalyzeTree {
  const { path } = submission
  const { budget, isStale } = limits(submission, timeLimit, flags)
  return (file, tree, isPart) => {
    const analysis = analyze(file, path, files, { budget, modules, tree, isPart })
    // While files are fetched there are no facts; it is submitted again when they are there.
    return isStale() || analysis.isPending ? undefined : analysis
  }
}

function inputEditAt(analysis: Analysis, offset: number, stated: string) {
  const line = positionAt(analysis.file, offset).line
  const model = analysis.models.find(({ place }) => place.file === analysis.file && rangeOf(place).start.line === line)
  return model && parseInputs(stated) ? inRange(analysis, stateInput(analysis.tree, model.place, stated)) : undefined
}

const inRange = ({ file }: Analysis, edit: { span: Place["span"]; text: string } | undefined) =>
  edit && { range: rangeOf({ file, span: edit.span }), text: edit.text }

/** A bug costs its own answer only. */
listen((flags) => {
  const analysis = openAnalysis(flags)
  return ({ id, kind, question }: QuestionMessage): AnswerMessage => {
    try {
      const answer = (analysis[kind] as (question: unknown) => unknown)(question)
      const wanted = analysis.wanted()
      return { id, answer, ...(wanted && { wanted }) }
    } catch (error) {
      return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
    }
  }
})
