/** Source files as modules: found by name, evaluated when first needed, once. */
import { isClosed, sourceName } from "../layers/catalogue.ts"
import { languageOf, parseImported } from "../syntax/parse.ts"
import type { Statement, Tree } from "../syntax/tree.ts"
import { type Place, type SourceFile, sourceFile } from "../text/source.ts"
import * as V from "../values/value.ts"
import type { Evaluation, FoundProblem } from "./evaluation.ts"
import type { Language } from "./language.ts"
import { javascriptLanguage } from "./javascript/language.ts"
import { lazyPart } from "./python/lazy.ts"
import { pythonLanguage } from "./python/language.ts"
import { isLate, runPatiently } from "./patience.ts"
import { Raised, STOP_REASONS, Stopped } from "./raised.ts"
import type { ModuleScope, Scope } from "./scope.ts"
import { executeStatement, hoistDeclarations } from "./statements.ts"

export interface ModuleRecord {
  readonly path: string
  readonly value: V.ModuleValue
  readonly file: SourceFile
  readonly tree: Tree
  readonly scope: Scope
  state: "waiting" | "running" | "done"
  /** what was found wrong while it ran */
  readonly problems: FoundProblem[]
  /** the files it asked for while it ran */
  readonly imports: Set<ModuleRecord>
  /** statements at top level that did not run to their end, and why */
  readonly failures: { readonly reason: string; readonly span: { start: number; end: number } }[]
}

export const LANGUAGES: Record<SourceFile["language"], Language> = {
  python: pythonLanguage,
  javascript: javascriptLanguage,
  typescript: javascriptLanguage,
}

/** The record behind a module value that stands for a file. */
export const recordOf = (module: V.ModuleValue): ModuleRecord | undefined => module.source as ModuleRecord | undefined

/** A module for a file; it is parsed when its tree is first asked for, since what a star import gathers is often not needed. */
export function addModule(
  evaluation: Evaluation,
  file: SourceFile,
  treeOf: () => Tree,
  path: string,
  name: string,
  packageName: string,
): ModuleRecord {
  const attributes = new Map<string, V.Value>()
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")))
  const module: ModuleScope = { file, name, package: packageName, folder, scope: undefined as unknown as Scope }
  const scope: Scope = { kind: "module", variables: attributes, parent: undefined, module }
  module.scope = scope
  const value: V.ModuleValue = { kind: "module", name, attributes, source: undefined }
  let parsed: Tree | undefined
  const record: ModuleRecord = {
    path,
    value,
    file,
    get tree() {
      parsed ??= treeOf()
      return parsed
    },
    scope,
    state: "waiting",
    problems: [],
    imports: new Set(),
    failures: [],
  }
  ;(value as { source: unknown }).source = record
  return record
}

/** The file that is analysed. Its scope ends with the analysis: modules that import it are not kept (`reaches`). */
export function addMainModule(
  evaluation: Evaluation,
  file: SourceFile,
  tree: Tree,
  path: string,
  name: string,
  packageName: string,
): ModuleRecord {
  const record = addModule(evaluation, file, () => tree, path, name, packageName)
  evaluation.main = record
  return record
}

/** The module a path stands for, parsed but not yet run; undefined when there is no such file. */
export function openModule(evaluation: Evaluation, path: string, name: string, isPackage: boolean): V.ModuleValue | undefined {
  const known = evaluation.main?.path === path ? evaluation.main : evaluation.modules.get(path)
  if (known) return noted(evaluation, known)
  const text = textAt(evaluation, path)
  const language = languageOf(path)
  if (text === undefined || !language) return undefined
  const file = sourceFile(path, language, text)
  const packageName = isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf(".")))
  const record = addModule(evaluation, file, () => parseImported(file), path, name, packageName)
  evaluation.modules.set(path, record)
  return noted(evaluation, record)
}

/** What stands in a file; undefined when there is none. While the host fetches it, nothing goes on. */
export function textAt({ host }: Evaluation, path: string): string | undefined {
  const answer = host.readFile(path)
  if (answer.state === "pending") throw new Stopped("pending")
  return answer.state === "text" ? answer.text : undefined
}

/** Whether a folder is there, where the host can say. */
export function hasFolder({ host }: Evaluation, path: string): boolean {
  const answer = host.isFolder?.(path) ?? false
  if (answer === "pending") throw new Stopped("pending")
  return answer
}

/** Remembers who asks for a module. */
function noted(evaluation: Evaluation, record: ModuleRecord): V.ModuleValue {
  evaluation.running.at(-1)?.imports.add(record)
  return record.value
}

/** Whether a module holds on to another, directly or through what it imports. */
export function reaches(from: ModuleRecord, target: ModuleRecord, seen = new Set<ModuleRecord>()): boolean {
  if (from === target) return true
  if (seen.has(from)) return false
  seen.add(from)
  return [...from.imports].some((next) => reaches(next, target, seen))
}

/** Runs a module's statements if that has not happened; a circular import sees what is there so far. */
export function ensureRun(evaluation: Evaluation, module: V.ModuleValue): void {
  const record = recordOf(module)
  if (!record || record.state !== "waiting") return
  const { uncertain, handlers, trace } = evaluation
  const mark = trace.length
  const problems = evaluation.problems.length
  evaluation.uncertain = 0
  evaluation.handlers = 0
  evaluation.running.push(record)
  try {
    evaluation.heap.lasting(() => runModule(evaluation, record))
  } finally {
    evaluation.running.pop()
    // One that was cut off half-way is read again the next time.
    if ((record.state as ModuleRecord["state"]) !== "done") evaluation.modules.delete(record.path)
    evaluation.uncertain = uncertain
    evaluation.handlers = handlers
    trace.length = mark
    record.problems.push(...evaluation.problems.splice(problems))
  }
}

const DEFINITIONS = new Set<Statement["kind"]>(["classDeclaration", "functionDeclaration", "import", "importFrom", "export"])
/** What the definitions after a slow statement get on top. */
const HURRIED_SHARE = 0.15

/** Runs all statements; one that fails costs only itself. */
export function runModule(evaluation: Evaluation, record: ModuleRecord): void {
  record.state = "running"
  const { file, scope, tree } = record
  const language = LANGUAGES[file.language]
  const place = { file, span: { start: 0, end: 0 } }
  const isScript = record === evaluation.main
  const lastDone = tree.body.findLast(({ kind }) => !DEFINITIONS.has(kind))
  let isHurried = false
  evaluation.withFrame({ name: record.value.name, place, language, maybeReturned: [] }, () => {
    if (language.hoists) hoistDeclarations(evaluation, tree.body, scope)
    const lazy = lazyPart(tree)
    for (const statement of tree.body) {
      // What a lazy loader gives is looked up where the package says it is.
      if (statement === lazy) continue
      // Once time runs short, what the file defines matters more than what it does.
      if (isHurried && !DEFINITIONS.has(statement.kind)) continue
      try {
        // Nothing waits for the last one.
        if (isScript && statement !== lastDone && !DEFINITIONS.has(statement.kind))
          runPatiently(evaluation, () => void executeStatement(evaluation, statement, scope))
        else executeStatement(evaluation, statement, scope)
      } catch (thrown) {
        if (thrown instanceof Stopped && thrown.why === "time" && (!isScript || isLate(evaluation))) {
          isHurried = true
          evaluation.timeShare = Math.min(1, evaluation.timeShare + HURRIED_SHARE)
        }
        record.failures.push({ reason: failureOf(evaluation, thrown), span: statement.span })
      }
    }
    if (language.hoists && !isHurried) runCallbacks(evaluation, place)
  })
  record.state = "done"
}

/** Handlers of one file beyond this number are not run. */
const MAXIMUM_CALLBACKS = 64

/** Functions given to what is unknown (buttons, servers, promises of data) run later, who knows with what; each once, and nothing in them is reported. */
function runCallbacks(evaluation: Evaluation, place: Place): void {
  const problems = evaluation.problems.length
  let rounds = 0
  for (const callback of evaluation.callbacks) {
    if (rounds++ >= MAXIMUM_CALLBACKS) break
    const given = V.unknown("what a handler is called with is known only when the program runs", place)
    try {
      evaluation.call(callback, { positional: [given, given], keywords: new Map() }, place)
    } catch (thrown) {
      failureOf(evaluation, thrown)
    }
  }
  evaluation.callbacks.clear()
  evaluation.problems.length = problems
}

/** What to say of a statement that did not end; cancelled analyses and our own bugs go on upwards. */
function failureOf(evaluation: Evaluation, thrown: unknown): string {
  if (thrown instanceof Raised) return exceptionText(evaluation, thrown.value)
  if (thrown instanceof RangeError) return STOP_REASONS.depth
  if (!(thrown instanceof Stopped) || thrown.why === "cancelled" || thrown.why === "pending") throw thrown
  // The rest of the file gets fuel of its own, less each time, so that one endless statement cannot hide the models after it.
  if (thrown.why === "fuel") evaluation.refuel(0.5)
  return STOP_REASONS[thrown.why]
}

export function exceptionText(evaluation: Evaluation, exception: V.Value): string {
  if (exception.kind !== "instance") return "an exception is raised"
  const args = exception.attributes.get("args")
  const first = args?.kind === "tuple" ? args.items[0] : exception.attributes.get("message")
  const message = first && first.kind !== "unknown" ? evaluation.language.text(evaluation, first) : undefined
  return message ? `${exception.class.name}: ${message}` : exception.class.name
}

/** A package's module of that name, when its file is there. */
export function submodule(evaluation: Evaluation, module: V.ModuleValue, name: string): V.Value | undefined {
  const record = recordOf(module)
  if (!record) return undefined
  if (!/\/__init__\.pyi?$/.test(record.path)) return undefined
  return openPython(evaluation, record.path.slice(0, record.path.lastIndexOf("/")), [name], record.value.name)
}

/** Looks below a folder for a dotted name's file: a module, or a package. */
/** What a catalogue leaves out may lie in installed source: `keras.applications`. */
export function installedModule(evaluation: Evaluation, qualifiedName: string): V.ModuleValue | undefined {
  const parts = sourceName(qualifiedName)?.split(".")
  for (const root of parts ? evaluation.importRoots : []) {
    const found = openPython(evaluation, root, parts ?? [])
    if (found) return found
  }
  return undefined
}

export function openPython(evaluation: Evaluation, folder: string, parts: readonly string[], prefix = ""): V.ModuleValue | undefined {
  const path = `${folder}/${parts.join("/")}`
  const name = [prefix, ...parts].filter(Boolean).join(".")
  if (isClosed(name)) return undefined
  return openModule(evaluation, `${path}/__init__.py`, name, true) ?? openModule(evaluation, `${path}.py`, name, false)
}

/** The dotted package a Python file belongs to, and the folder its top package stands in. */
export function packageOf(evaluation: Evaluation, path: string): { readonly name: string; readonly root: string } {
  const parts: string[] = []
  let folder = path.slice(0, Math.max(0, path.lastIndexOf("/")))
  while (folder && textAt(evaluation, `${folder}/__init__.py`) !== undefined && parts.length < 20) {
    parts.unshift(folder.slice(folder.lastIndexOf("/") + 1))
    folder = folder.slice(0, folder.lastIndexOf("/"))
  }
  return { name: parts.join("."), root: folder }
}
