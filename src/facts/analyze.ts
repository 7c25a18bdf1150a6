/** The one way in: a file, a host and a budget give an analysis, of which all facts are views. */
import { Evaluation, type FoundProblem, type Observation } from "../evaluate/evaluation.ts"
import { evaluate } from "../evaluate/expressions.ts"
import {
  addMainModule,
  addModule,
  ensureRun,
  exceptionText,
  type ModuleRecord,
  packageOf,
  reaches,
  runModule,
} from "../evaluate/modules.ts"
import type { Changes } from "../evaluate/journal.ts"
import { Raised, STOP_REASONS, Stopped } from "../evaluate/raised.ts"
import type { TraceEvent } from "../evaluate/trace.ts"
import { isModule, modulesBelow, switchesItself } from "../layers/modules.ts"
import { buildModel } from "../model/build.ts"
import type { Gap, Model } from "../model/model.ts"
import { frameworkOf, runOn, runOnFound } from "../model/run.ts"
import { parse, parseExpression } from "../syntax/parse.ts"
import type { Expression, Node, Tree } from "../syntax/tree.ts"
import { children } from "../syntax/walk.ts"
import { type Budget, type Host, rootsFor } from "../text/host.ts"
import type { Place, SourceFile } from "../text/source.ts"
import * as V from "../values/value.ts"
import { budgetProblems } from "./budgets.ts"
import { statedInputs } from "./directives.ts"
import { type Candidate, findModels } from "./find.ts"
import { unignored } from "./ignored.ts"
import type { StatedInput } from "./inputs.ts"
import { certainAmong } from "./otherwise.ts"
import { unlisted, watchSummaries } from "./printed.ts"
import { practiceIn } from "./practice/practice.ts"
import { flowOf } from "./practice/flow.ts"
import { type Rerun, rerunOf } from "./rerun.ts"
import type { StatedCall } from "./stated.ts"

export interface AnalysisOptions {
  readonly budget: Budget
  /** an expression that builds the model, evaluated at the end of the file's scope */
  readonly entry?: string
  readonly inputs?: readonly StatedInput[]
  /** the whole call, where inputs are nested or go by name; comes before `inputs` */
  readonly call?: StatedCall
  /** modules of other files, kept from one analysis to the next */
  readonly modules?: Map<string, ModuleRecord>
  readonly tree?: Tree
  /** set when the tree holds a part of the file, and others define models of their own */
  readonly isPart?: boolean
}

export interface Analysis {
  readonly file: SourceFile
  readonly tree: Tree
  readonly models: readonly Model[]
  readonly problems: readonly FoundProblem[]
  /** what each expression of the file was seen to be */
  readonly observations: ReadonlyMap<object, Observation>
  /** statements that did not run to their end */
  readonly gaps: readonly Gap[]
  /** set when a file is still being fetched: the pass is to be run again */
  readonly isPending: boolean
  /** set when a file it imports asked for this one */
  readonly isImported: boolean
  /** runs functions of the file again with other bodies */
  readonly rerun?: Rerun
  /** set when the entry could not be evaluated */
  readonly failure?: string
}

/**
 * Modules that ran to their end are kept for the next analysis. When one of them imports the analysed file itself, whose
 * scope ends here, none is: what it left in the others' registries speaks of objects that are gone.
 */
function keep(evaluation: Evaluation, shared: ReadonlyMap<string, ModuleRecord>, modules: Map<string, ModuleRecord>): void {
  if (isHeld(evaluation, shared)) modules.clear()
  else for (const [name, record] of ended(shared)) modules.set(name, record)
}

// Some wait for a name of theirs to be missed; others know them already.
const ended = (shared: ReadonlyMap<string, ModuleRecord>) => [...shared].filter(([, record]) => record.state !== "running")

/** Whether a file that was imported holds on to the one that is analysed. */
const isHeld = ({ main }: Evaluation, shared: ReadonlyMap<string, ModuleRecord>): boolean =>
  main !== undefined && ended(shared).some(([, record]) => record !== main && reaches(record, main))

/** What the file's own statements may use of the time limit; the rest is for its models. */
const SCRIPT_SHARE = 0.5
/** Running a model stops before the time limit, so that its parameters are still counted. */
const MODEL_SHARE = 0.9

export function analyze(file: SourceFile, path: string, host: Host, options: AnalysisOptions): Analysis {
  const tree = options.tree ?? parse(file)
  const shared = new Map(options.modules ?? [])
  const evaluation = new Evaluation(host, options.budget, { modules: shared })
  evaluation.observedFile = file
  try {
    return inspect(evaluation, file, tree, path, options)
  } catch (thrown) {
    if (!(thrown instanceof Stopped)) throw thrown
    const gaps = [{ reason: STOP_REASONS[thrown.why], place: { file, span: { start: 0, end: 0 } } }]
    const isPending = thrown.why === "pending"
    const isImported = isHeld(evaluation, shared)
    const nothing = { file, tree, models: [], problems: [], observations: evaluation.observations, gaps, isPending, isImported }
    // Who names an entry is told why there is no model; a file shows its gap.
    return options.entry === undefined || isPending ? nothing : { ...nothing, failure: STOP_REASONS[thrown.why] }
  } finally {
    if (options.modules) keep(evaluation, shared, options.modules)
  }
}

function inspect(evaluation: Evaluation, file: SourceFile, tree: Tree, path: string, options: AnalysisOptions): Analysis {
  const home = packageOf(evaluation, path)
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")))
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "")
  evaluation.importRoots = [...new Set([...rootsFor(path, evaluation.host.importRoots, evaluation.host.folders), home.root, folder])]
  const name =
    options.entry === undefined && home.name === "" ? "__main__" : [home.name, stem === "__init__" ? "" : stem].filter(Boolean).join(".")
  const record =
    options.entry !== undefined && options.modules
      ? lastingModule(evaluation, file, tree, path, name, home.name)
      : addMainModule(evaluation, file, tree, path, name, home.name)
  // Whatever the file does to shared modules is taken back at the end.
  evaluation.heap.begin()
  let changes: Changes = new Map()
  let result: Analysis
  try {
    result = examine(evaluation, file, tree, record, options)
  } finally {
    changes = evaluation.heap.rollback()
  }
  return options.entry === undefined ? { ...result, rerun: rerunOf(evaluation, record, changes) } : result
}

/** Runs the file and its models. */
function examine(evaluation: Evaluation, file: SourceFile, tree: Tree, record: ModuleRecord, options: AnalysisOptions): Analysis {
  evaluation.timeShare = SCRIPT_SHARE
  const printed = options.entry === undefined ? watchSummaries(evaluation) : []
  if (record === evaluation.main) runModule(evaluation, record)
  else ensureRun(evaluation, record.value)
  evaluation.timeShare = 1
  const own = evaluation.problems.splice(0)
  const problems = isOwnModel(options, record) ? [] : [...record.problems, ...own]
  const found = candidates(evaluation, record, options)
  // What goes wrong while a model is built belongs to it.
  problems.push(...evaluation.problems.splice(0))
  const traces = [evaluation.trace.slice()]
  const models = typeof found === "string" ? [] : found.map((candidate) => modelOf(evaluation, candidate, tree, options, problems, traces))
  models.push(...unlisted(models, printed))
  if (options.entry === undefined) problems.push(...practice(evaluation, file, tree, traces, options.isPart === true))
  problems.push(...budgetProblems(file, tree, models))
  const gaps = record.failures.map(({ reason, span }) => ({ reason, place: { file, span } }))
  const result = {
    file,
    tree,
    models,
    problems: unignored(file, tree, distinct(problems)),
    observations: evaluation.observations,
    gaps,
    isPending: false,
    isImported: isHeld(evaluation, evaluation.modules),
  }
  return typeof found === "string" ? { ...result, failure: found } : result
}

/** Who asks for a model of their own, `ResNet(depth=50)`, does not ask what the file's script does with others. */
function isOwnModel({ entry }: AnalysisOptions, { file }: ModuleRecord): boolean {
  return entry !== undefined && parseExpression(entry, file.language).expression?.kind === "call"
}

/** With an entry only the entry changes from one analysis to the next: the file itself is a module like those it imports, and is kept like them. */
function lastingModule(
  evaluation: Evaluation,
  file: SourceFile,
  tree: Tree,
  path: string,
  name: string,
  packageName: string,
): ModuleRecord {
  const known = evaluation.modules.get(path)
  if (known && known.file.text === file.text) return known
  const record = addModule(evaluation, file, () => tree, path, name, packageName)
  evaluation.modules.set(path, record)
  return record
}

/** The models to look at; a text when the entry cannot be evaluated to one. */
function candidates(evaluation: Evaluation, record: ModuleRecord, options: AnalysisOptions): readonly Candidate[] | string {
  evaluation.refuel()
  if (options.entry === undefined) return inFrame(evaluation, record, () => findModels(evaluation, record))
  const { expression, tree } = parseExpression(options.entry, record.file.language)
  if (!expression || tree.problems.length > 0) return `the entry \`${options.entry}\` is no expression`
  return inFrame(evaluation, record, () => entryCandidate(evaluation, record, expression, options.entry as string))
}

function entryCandidate(evaluation: Evaluation, record: ModuleRecord, expression: Expression, text: string): readonly Candidate[] | string {
  const place: Place = { file: record.file, span: { start: 0, end: 0 } }
  const { observedFile } = evaluation
  evaluation.observedFile = undefined
  try {
    importNamed(evaluation, record, expression)
    const value = evaluate(evaluation, expression, record.scope)
    const root = value.kind === "class" ? evaluation.call(value, { positional: [], keywords: new Map() }, place) : value
    if (root.kind === "instance") return [{ root, name: text, place: root.class.place ?? place }]
    return root.kind === "unknown" ? `the entry is not known: ${root.reason}` : `the entry \`${text}\` gives a ${root.kind}, not a model`
  } catch (thrown) {
    if (thrown instanceof Raised) return `the entry fails: ${exceptionText(evaluation, thrown.value)}`
    if (thrown instanceof Stopped && (thrown.why === "fuel" || thrown.why === "depth")) return STOP_REASONS[thrown.why]
    throw thrown
  } finally {
    evaluation.observedFile = observedFile
  }
}

/** An entry may name a package that the file itself does not import: `timm.create_model("resnet18")`. */
function importNamed(evaluation: Evaluation, record: ModuleRecord, expression: Expression): void {
  for (const chain of dottedNames(expression)) {
    const [root = ""] = chain
    if (record.scope.variables.has(root) || evaluation.language.global(evaluation, root, record.scope)) continue
    for (let length = chain.length - 1; length > 0; length--) {
      const module = evaluation.language.importModule(evaluation, record.scope, chain.slice(0, length).join("."), 0)
      if (module.kind !== "module") continue
      const top = length === 1 ? module : evaluation.language.importModule(evaluation, record.scope, root, 0)
      evaluation.heap.touch(record.scope.variables)
      record.scope.variables.set(root, top)
      break
    }
  }
}

/** The dotted names of an expression, each as its parts. */
function dottedNames(node: Node): string[][] {
  if (node.kind === "attribute") {
    const inner = dottedNames(node.object)
    const [only] = inner
    return isDotted(node.object) && only ? [[...only, node.name]] : inner
  }
  return node.kind === "name" ? [[node.name]] : children(node).flatMap(dottedNames)
}

const isDotted = (node: Expression): boolean => node.kind === "name" || (node.kind === "attribute" && isDotted(node.object))

/** Runs in a frame of the file's language. */
function inFrame<T>(evaluation: Evaluation, record: ModuleRecord, body: () => T): T {
  const place: Place = { file: record.file, span: { start: 0, end: 0 } }
  return evaluation.withFrame({ name: record.value.name, place, language: evaluation.languageOf(record.file), maybeReturned: [] }, body)
}

/** What is right for the framework and still seldom meant. */
function practice(
  { observations, instances }: Evaluation,
  file: SourceFile,
  tree: Tree,
  traces: readonly (readonly TraceEvent[])[],
  isPart: boolean,
): FoundProblem[] {
  return practiceIn({ file, tree, observations, flow: flowOf(traces), modules: instances.filter(isModule), isPart })
}

function modelOf(
  evaluation: Evaluation,
  candidate: Candidate,
  tree: Tree,
  options: AnalysisOptions,
  problems: FoundProblem[],
  traces: (readonly TraceEvent[])[],
): Model {
  const { root, name, place } = candidate
  const record = { file: place.file, value: { name } } as ModuleRecord
  return inFrame(evaluation, record, () => {
    evaluation.refuel()
    evaluation.timeShare = MODEL_SHARE
    if (!candidate.run) useModel(evaluation, root)
    const run = runFor(evaluation, candidate, inputsFor(evaluation, place, tree, options), options.call)
    const { otherwise } = candidate
    problems.push(...(otherwise ? certainAmong(evaluation, root.class, otherwise, run.problems) : run.problems))
    traces.push(run.events)
    // The model is described as the call left it: Keras makes weights when the input is first seen.
    evaluation.heap.begin()
    try {
      if (run.changes) evaluation.heap.apply(run.changes)
      return buildModel({
        name,
        place,
        root,
        inputs: run.inputs,
        events: run.events,
        output: run.output,
        gaps: [...run.gaps, ...(candidate.gaps ?? [])],
      })
    } finally {
      evaluation.heap.rollback()
    }
  })
}

/** What is shown is the model in use: modules that prepare themselves for it in `train(False)` do so. */
function useModel(evaluation: Evaluation, root: V.InstanceValue): void {
  if (!modulesBelow(root).some(([, module]) => switchesItself(module))) return
  const { problems, trace } = evaluation
  const [known, mark] = [problems.length, trace.length]
  try {
    const method = evaluation.findAttribute(root, "eval")
    if (method) evaluation.call(method, { positional: [], keywords: new Map() }, root.place)
  } catch (thrown) {
    if (!(thrown instanceof Raised || (thrown instanceof Stopped && thrown.why !== "cancelled" && thrown.why !== "pending"))) throw thrown
  }
  problems.length = known
  trace.length = mark
}

/** What the command line states, else what a comment at the model states. */
function inputsFor(
  { observedFile }: Evaluation,
  place: Place,
  tree: Tree,
  { inputs }: AnalysisOptions,
): readonly StatedInput[] | undefined {
  if (inputs?.length) return inputs
  return place.file === observedFile ? statedInputs(tree, place) : undefined
}

/** Stated inputs come before the call the file itself makes. */
function runFor(
  evaluation: Evaluation,
  { root, run }: Candidate,
  stated: readonly StatedInput[] | undefined,
  call: StatedCall | undefined,
) {
  const framework = frameworkOf(root)
  if (call) {
    const { positional, keywords } = call(framework)
    return runOn(evaluation, root, positional, "stated", [], keywords)
  }
  if (!stated) return run ?? runOnFound(evaluation, root, framework)
  return runOn(
    evaluation,
    root,
    stated.map(({ shape, dtype }) => V.tensor(framework, shape, dtype)),
    "stated",
  )
}

/** One problem a place and code, whichever model or call found it first. */
export function distinct(problems: readonly FoundProblem[]): FoundProblem[] {
  const seen = new Set<string>()
  return problems.filter((problem) => {
    const key = `${problem.code} ${problem.place.file.uri} ${problem.place.span.start} ${problem.message}`
    return !seen.has(key) && seen.add(key)
  })
}
