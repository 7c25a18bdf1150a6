/**
 * Star imports of packages (`from .resnet import *`) that wait until a name is missed. A package's `__init__.py` often gathers all its modules, of
 * which a program needs one. What may tell the difference ends the waiting: a registry that functions of the package read, or a list of its names.
 */
import type * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import { type ModuleRecord, openPython, recordOf } from "./modules.ts"
import type { ModuleScope, Scope } from "./scope.ts"
import { importAll } from "./statements.ts"

/** Whether the import may wait. In a `try` it may not: the handlers want to know. */
export function defers(evaluation: Evaluation, module: V.Value, scope: Scope): module is V.ModuleValue {
  if (scope.kind !== "module" || evaluation.handlers > 0 || module.kind !== "module") return false
  const importing = evaluation.running.at(-1)
  if (importing?.scope !== scope || importing === evaluation.main || !/\/__init__\.py$/.test(importing.path)) return false
  return recordOf(module)?.state === "waiting"
}

export function defer(evaluation: Evaluation, module: V.ModuleValue, { module: importing }: Scope): void {
  importing.deferred ??= []
  importing.deferred.push(module)
  evaluation.hasDeferred = true
}

/** The value of a name that a waiting import may bring; later imports win over earlier ones, as in Python. */
export function deferredValue(evaluation: Evaluation, module: ModuleScope, name: string): V.Value | undefined {
  const { deferred, scope } = module
  for (let index = (deferred?.length ?? 0) - 1; deferred && index >= 0; index--) {
    const candidate = deferred[index]
    if (!candidate || !mayDefine(evaluation, candidate, name)) continue
    deferred.splice(index, 1)
    bring(evaluation, candidate, scope)
    const value = scope.variables.get(name)
    if (value !== undefined) return value
  }
  return undefined
}

/** Runs all that waits for a module, in the order of the file. */
export function settle(evaluation: Evaluation, { deferred, scope }: ModuleScope): void {
  for (const candidate of deferred?.splice(0) ?? []) bring(evaluation, candidate, scope)
}

function bring(evaluation: Evaluation, module: V.ModuleValue, scope: Scope): void {
  evaluation.heap.lasting(() => importAll(evaluation, module, scope))
}

/** A module that binds names in ways that its text does not show may define any. */
const DEFINES_ANY = /\bglobals\s*\(|\bsetattr\s*\(|\bexec\s*\(|__getattr__/
const definesAny = (text: string): boolean =>
  ["globals", "setattr", "exec", "__getattr__"].some((word) => text.includes(word)) && DEFINES_ANY.test(text)
const STAR_IMPORT = /\bfrom\s+(\S+)\s+import\s+\*/g
/** A chain of star imports is followed so far. */
const CHAIN = 8

/** `__all__` as one plain list, and never touched again: then only its names come. */
const LISTED = /^__all__[^=\n]*=\s*[[(]([^\])]*)[\])]/m

function mayDefine(evaluation: Evaluation, module: V.ModuleValue, name: string, depth = 0): boolean {
  const record = recordOf(module)
  const text = record?.file.text ?? ""
  const listed = text.split("__all__").length === 2 ? LISTED.exec(text)?.[1] : undefined
  if (listed !== undefined) return listed.includes(`"${name}"`) || listed.includes(`'${name}'`)
  if ((text.includes(name) && binds(text, name)) || definesAny(text)) return true
  return [...text.matchAll(STAR_IMPORT)].some(([, from]) => {
    const next = record && depth < CHAIN ? neighbour(evaluation, record, from ?? "") : undefined
    return !next || mayDefine(evaluation, next, name, depth + 1)
  })
}

/** The module that a relative import names, not yet run. */
function neighbour(evaluation: Evaluation, { path, scope }: ModuleRecord, from: string): V.ModuleValue | undefined {
  const [, dots = "", rest = ""] = /^(\.*)(.*)$/.exec(from) ?? []
  if (!dots || !rest) return undefined
  const folders = path.split("/").slice(0, -dots.length)
  const packages = scope.module.package.split(".")
  return openPython(evaluation, folders.join("/"), rest.split("."), packages.slice(0, packages.length - dots.length + 1).join("."))
}

/** Too often yes is only slower. */
function binds(text: string, name: string): boolean {
  const forms = [
    `^[ \\t]*(?:async +)?(?:def|class) +${name}\\b`,
    `^[^#\\n(]*\\b${name}\\b[^=\\n]*=`,
    `^[ \\t]*${name} *:`,
    `import\\b[^\\n]*\\b${name}\\b`,
    `\\bas +${name}\\b`,
    `^[ \\t]*${name},? *(?:#.*)?$`,
    `\\b(?:for|with)\\b[^\\n]*\\b${name}\\b`,
  ]
  return new RegExp(forms.join("|"), "m").test(text)
}

const familyOf = (name: string): string => name.slice(0, name.includes(".") ? name.indexOf(".") : name.length)

const REGISTRIES: ReadonlySet<V.Value["kind"]> = new Set(["dictionary", "list", "set", "instance", "unknown"] as const)

/**
 * A global of a package was read. When it is something that modules add to as they are imported, and none of the package is being imported now,
 * whatever still waits in the package has to add its own first.
 */
export function noteRead(evaluation: Evaluation, value: V.Value, { name }: ModuleScope): void {
  if (!REGISTRIES.has(value.kind)) return
  const family = familyOf(name)
  if (evaluation.running.some((record) => familyOf(record.value.name) === family)) return
  evaluation.hasDeferred = false
  for (const { scope } of [...evaluation.modules.values()]) {
    if (!scope.module.deferred?.length) continue
    if (familyOf(scope.module.name) === family) settle(evaluation, scope.module)
    else evaluation.hasDeferred = true
  }
}
