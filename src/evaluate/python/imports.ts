/** Python's imports: the catalogue first, then the standard library we know, then source files, relative and absolute. */
import { catalogueValue, isClosed, isNamespace, standsIn } from "../../layers/catalogue.ts"
import type { Statement } from "../../syntax/tree.ts"
import { rootsFor } from "../../text/host.ts"
import * as V from "../../values/value.ts"
import type { Evaluation } from "../evaluation.ts"
import { evaluate } from "../expressions.ts"
import { ensureRun, hasFolder, installedModule, openPython, recordOf } from "../modules.ts"
import type { Scope } from "../scope.ts"
import { executeStatement } from "../statements.ts"
import { declaredMember } from "./declarations.ts"
import { annotatingDecorator } from "./library/annotating.ts"
import { libraryMember, libraryModule } from "./library/catalogue.ts"
import { isOpaque, opaquePackage } from "./opaque.ts"

export function importPython(evaluation: Evaluation, scope: Scope, name: string, level: number): V.Value {
  const full = level === 0 ? name : relative(scope, name, level)
  if (full === undefined) return failed(evaluation, `${".".repeat(level)}${name}`, "the file is in no package that reaches so far up")
  const module = found(evaluation, scope, full)
  if (module) linkParents(evaluation, scope, full, module)
  return module ?? namespaceAt(evaluation, scope, full) ?? absent(evaluation, full)
}

/** Of a package that is not installed some names may be known all the same; code that is prepared for its absence is told that it is absent. */
function absent(evaluation: Evaluation, name: string): V.Value {
  const isKnownOf = evaluation.handlers === 0 && standsIn(name)
  return isKnownOf ? catalogueModule(name) : failed(evaluation, name, `the module ${name} was not found`)
}

const catalogueModule = (name: string): V.ModuleValue => ({ kind: "module", name, attributes: new Map(), catalogue: true })

/** A folder without `__init__.py`, of whose modules some are imported. */
function namespaceAt(evaluation: Evaluation, scope: Scope, name: string): V.ModuleValue | undefined {
  const path = name.replaceAll(".", "/")
  const isThere = rootsOf(evaluation, scope).some((root) => hasFolder(evaluation, `${root}/${path}`))
  return evaluation.namespaces.get(name) ?? (isThere ? namespaceFolder(evaluation, name) : undefined)
}

/** `from folder import module`, where the folder is no package. */
function namespaceModule(evaluation: Evaluation, module: V.ModuleValue, name: string): V.ModuleValue | undefined {
  if (evaluation.namespaces.get(module.name) !== module) return undefined
  const parts = [...module.name.split("."), name]
  for (const root of evaluation.importRoots) {
    const file = openPython(evaluation, root, parts)
    if (file) return file
  }
  const path = parts.join("/")
  return evaluation.importRoots.some((root) => hasFolder(evaluation, `${root}/${path}`))
    ? namespaceFolder(evaluation, parts.join("."))
    : undefined
}

/** `import a.b` makes `b` an attribute of `a`, also where `a` is a folder without `__init__.py`; the parents are not run. */
function linkParents(evaluation: Evaluation, scope: Scope, name: string, module: V.Value): void {
  const at = name.lastIndexOf(".")
  if (at < 0 || module.kind !== "module" || module.catalogue) return
  const parentName = name.slice(0, at)
  const parent = found(evaluation, scope, parentName) ?? namespaceFolder(evaluation, parentName)
  if (parent.kind !== "module" || parent.catalogue || parent.attributes.has(name.slice(at + 1))) return
  parent.attributes.set(name.slice(at + 1), module)
  linkParents(evaluation, scope, parentName, parent)
}

function namespaceFolder(evaluation: Evaluation, name: string): V.ModuleValue {
  const known = evaluation.namespaces.get(name)
  if (known) return known
  const made: V.ModuleValue = { kind: "module", name, attributes: new Map() }
  evaluation.namespaces.set(name, made)
  return made
}

function relative(scope: Scope, name: string, level: number): string | undefined {
  const parts = scope.module.package === "" ? [] : scope.module.package.split(".")
  if (level - 1 > parts.length) return undefined
  return [...parts.slice(0, parts.length - (level - 1)), ...(name === "" ? [] : [name])].join(".")
}

function found(evaluation: Evaluation, scope: Scope, name: string): V.Value | undefined {
  const beside = isNamespace(name) && scope.module.package === "" ? openPython(evaluation, scope.module.folder, name.split(".")) : undefined
  // A file of the same name beside a script comes first, as in Python; frameworks themselves are closed to that.
  if (beside) return beside
  if (isNamespace(name)) return catalogueModule(name)
  const library = libraryModule(name)
  if (library) return { kind: "module", name, attributes: library as Map<string, V.Value> }
  if (isClosed(name)) return catalogueValue(name) ?? installedModule(evaluation, name)
  const parts = name.split(".")
  for (const root of rootsOf(evaluation, scope)) {
    const module = opaquePackage(evaluation, scope, root, parts) ?? openPython(evaluation, root, parts)
    if (module) return module
  }
  return catalogueValue(name) ?? installedModule(evaluation, name)
}

/** The importing file's folder comes first when it is in no package, as for a script. */
function rootsOf(evaluation: Evaluation, scope: Scope): readonly string[] {
  const { package: name, folder } = scope.module
  const roots = rootsFor(folder, evaluation.importRoots, evaluation.host.folders)
  return name === "" ? [folder, ...roots] : roots
}

/** In a `try` that takes it, a missing module raises; elsewhere it is unknown, and the rest of the file goes on. */
function failed(evaluation: Evaluation, name: string, reason: string): V.Value {
  if (evaluation.handlers > 0) evaluation.raise("ModuleNotFoundError", `No module named '${name}'`)
  return V.unknown(reason, evaluation.place)
}

export function importPythonMember(evaluation: Evaluation, module: V.Value, name: string): V.Value {
  if (module.kind !== "module") return module.kind === "unknown" ? V.unknown(module.reason, module.place) : module
  const full = `${module.name}.${name}`
  // What `numpy.prod` is, `from numpy import prod` is, too: a library's own names come before those of the catalogue.
  const known = libraryMember(module.name, name) ?? catalogueValue(full) ?? annotatingDecorator(module.name, name)
  if (known !== undefined) return known
  const own = module.attributes.get(name)
  if (own !== undefined) return own
  if (isNamespace(full)) return catalogueModule(full)
  // `from package import module` finds the file without running the package.
  const direct =
    namespaceModule(evaluation, module, name) ??
    literalOf(evaluation, module, name) ??
    declaredMember(evaluation, module, name) ??
    submoduleFile(evaluation, module, name)
  if (direct) return direct
  ensureRun(evaluation, module)
  const value = evaluation.findAttribute(module, name) ?? defineEarly(evaluation, module, name)
  const isDoubtful = value?.kind === "unknown" && evaluation.handlers > 0 && !isOpaque(module)
  if (value !== undefined && !isDoubtful) return value
  if (evaluation.handlers > 0) evaluation.raise("ImportError", `cannot import name '${name}' from '${module.name}'`)
  return value ?? V.unknown(`${module.name} has no \`${name}\``, evaluation.place)
}

/**
 * A module that is still running may be asked for what it defines further down: Python runs parent packages first and does not come here.
 * The definition is run now, in its module.
 */
function defineEarly(evaluation: Evaluation, module: V.ModuleValue, name: string): V.Value | undefined {
  const record = recordOf(module)
  const definition = record?.state === "running" ? record.tree.body.find((statement) => nameDefinedBy(statement) === name) : undefined
  if (!record || !definition) return undefined
  const place = { file: record.file, span: definition.span }
  evaluation.withFrame({ name: module.name, place, language: evaluation.language, maybeReturned: [] }, () =>
    executeStatement(evaluation, definition, record.scope),
  )
  return module.attributes.get(name)
}

const nameDefinedBy = (statement: Statement): string | undefined =>
  statement.kind === "functionDeclaration"
    ? statement.function.name
    : statement.kind === "classDeclaration"
      ? statement.class.name
      : undefined

/** `__version__ = "1.0"` of a package is read without running it. */
function literalOf(evaluation: Evaluation, module: V.ModuleValue, name: string): V.Value | undefined {
  const record = recordOf(module)
  if (!record || record.state !== "waiting" || !/^__\w+__$/.test(name)) return undefined
  for (const statement of record.tree.body) {
    if (statement.kind !== "assign" || statement.value.kind !== "string") continue
    if (statement.targets.some((target) => target.kind === "name" && target.name === name))
      return evaluate(evaluation, statement.value, record.scope)
  }
  return undefined
}

function submoduleFile(evaluation: Evaluation, module: V.ModuleValue, name: string): V.Value | undefined {
  const record = recordOf(module)
  if (!record?.path.endsWith("/__init__.py") || record.state !== "waiting" || definesName(record.tree.body, name)) return undefined
  return openPython(evaluation, record.path.slice(0, -"/__init__.py".length), [name], module.name)
}

/** Whether a package's own statements may bind a name that one of its modules has too (`from .resnet import resnet`). */
function definesName(body: readonly { kind: string }[], name: string): boolean {
  return body.some((statement) => {
    const { names } = statement as { names?: readonly { name: string; alias?: string }[] }
    return statement.kind === "importFrom" && names?.some((entry) => (entry.alias ?? entry.name) === name || entry.name === "*")
  })
}
