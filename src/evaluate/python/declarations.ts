/** Packages that load lazily at run time, and tell type checkers under `if TYPE_CHECKING:` where their names come from. */
import type { ImportFrom, Node } from "../../syntax/tree.ts"
import { children } from "../../syntax/walk.ts"
import type * as V from "../../values/value.ts"
import type { Evaluation } from "../evaluation.ts"
import { type ModuleRecord, openPython, recordOf, textAt } from "../modules.ts"
import { importPythonMember } from "./imports.ts"
import { lazyPart } from "./lazy.ts"

/** Deeper chains of star imports are given up. */
const MAXIMUM_CHAIN = 8

/** What a lazy package holds under a name; undefined where it is not lazy, or does not say. */
export function declaredMember(evaluation: Evaluation, module: V.ModuleValue, name: string, depth = 0): V.Value | undefined {
  const record = recordOf(module)
  const part = record && /\/__init__\.py$/.test(record.path) ? lazyPart(record.tree) : undefined
  if (!record || !part || depth > MAXIMUM_CHAIN) return undefined
  const imports = importsIn(part.body)
  const value =
    namedImport(evaluation, record, imports, name) ??
    openPython(evaluation, record.scope.module.folder, [name], record.value.name) ??
    (name.startsWith("__") ? undefined : starImport(evaluation, record, imports, name, depth))
  if (value) module.attributes.set(name, value)
  return value
}

/** Imports of a block, those that stand in a `try` or under a condition included. */
function importsIn(body: readonly Node[]): ImportFrom[] {
  return body.flatMap((node) => (node.kind === "importFrom" ? [node] : isDefinition(node) ? [] : importsIn(children(node))))
}

const isDefinition = ({ kind }: Node): boolean => kind === "functionDeclaration" || kind === "classDeclaration"

function namedImport(evaluation: Evaluation, record: ModuleRecord, imports: readonly ImportFrom[], name: string): V.Value | undefined {
  for (const statement of imports)
    for (const entry of statement.names) {
      if ((entry.alias ?? entry.name) !== name || entry.name === "*") continue
      const module = evaluation.language.importModule(evaluation, record.scope, statement.module, statement.level)
      return importPythonMember(evaluation, module, entry.name)
    }
  return undefined
}

function starImport(
  evaluation: Evaluation,
  record: ModuleRecord,
  imports: readonly ImportFrom[],
  name: string,
  depth: number,
): V.Value | undefined {
  const stars = imports.filter(({ level, names }) => level === 1 && names.some((entry) => entry.name === "*"))
  for (const { module: path } of likelyFirst(stars, name)) {
    if (!mayDefine(evaluation, record, path, name)) continue
    const module = openPython(evaluation, record.scope.module.folder, path.split("."), record.value.name)
    const inner = module && recordOf(module)
    if (!module || !inner) continue
    const found = lazyPart(inner.tree) ? declaredMember(evaluation, module, name, depth + 1) : importPythonMember(evaluation, module, name)
    if (found && found.kind !== "unknown") return found
  }
  return undefined
}

/** `BertModel` is looked for in `bert` before the four hundred others: modules whose name the name begins with come first, the longest before all. */
function likelyFirst(stars: readonly ImportFrom[], name: string): ImportFrom[] {
  const plain = name.toLowerCase().replaceAll("_", "")
  const likeness = ({ module }: ImportFrom): number => {
    const own = module.replaceAll("_", "").toLowerCase()
    return plain.startsWith(own) ? own.length : 0
  }
  return [...stars].sort((left, right) => likeness(right) - likeness(left))
}

/** A package may; a file does when a line of it begins with the name's definition. It is not parsed for that. */
function mayDefine(evaluation: Evaluation, record: ModuleRecord, path: string, name: string): boolean {
  const text = textAt(evaluation, `${record.scope.module.folder}/${path.replaceAll(".", "/")}.py`)
  if (text === undefined) return true
  return new RegExp(String.raw`^(?:class\s+|(?:async\s+)?def\s+)?${name}\b\s*(?:[:(=\[]|$)`, "m").test(text)
}
