/** Scopes: names and what they stand for, one inside another. */
import type { Parameter } from "../syntax/tree.ts"
import type { SourceFile } from "../text/source.ts"
import type { ClassValue, ModuleValue, Value } from "../values/value.ts"

export interface Scope {
  readonly kind: "module" | "function" | "class" | "block"
  readonly variables: Map<string, Value>
  readonly parent: Scope | undefined
  readonly module: ModuleScope
  /** Names declared `global` or `nonlocal`, and where they live. */
  redirects?: Map<string, Scope>
  /** The class whose body this is, or whose method this is a call of: where `super()` starts. */
  readonly definingClass?: { current: ClassValue | undefined; readonly name: string }
  /** First parameter of the running method. */
  readonly self?: Value
}

/** What all scopes of one file share. */
export interface ModuleScope {
  readonly file: SourceFile
  readonly name: string
  /** Dotted name of the package that relative imports start from. */
  readonly package: string
  /** Folder in which the file stands. */
  readonly folder: string
  scope: Scope
  /** Modules whose names this one imports with a star, once one of them is missed. */
  deferred?: ModuleValue[]
  /** Namespaces of the catalogue that it imports with a star. */
  stars?: string[]
}

let lastBirth = 0
const births = new WeakMap<object, number>()

/** When a scope's variables were made, in the order of scopes; 0 for other containers. */
export const birthOf = (variables: object): number => births.get(variables) ?? 0
/** The birth of the youngest scope. */
export const youngest = (): number => lastBirth

export function childScope(parent: Scope, kind: Scope["kind"], more: Partial<Pick<Scope, "definingClass" | "self">> = {}): Scope {
  const variables = new Map<string, Value>()
  births.set(variables, ++lastBirth)
  return {
    kind,
    variables,
    parent,
    module: parent.module,
    ...(parent.definingClass && { definingClass: parent.definingClass }),
    ...(parent.self && { self: parent.self }),
    ...more,
  }
}

/** The scope in whose map a name stands when it is read from `scope`; class bodies are invisible to functions inside them. */
export function scopeOf(scope: Scope, name: string): Scope | undefined {
  let isInner = true
  for (let current: Scope | undefined = scope; current; current = current.parent) {
    const redirect = current.redirects?.get(name)
    if (redirect) return redirect
    if ((isInner || current.kind !== "class") && current.variables.has(name)) return current
    if (current.kind === "function") isInner = false
  }
  return undefined
}

/** What parameters stand for now; the entries of `**options` by their own names, `*rest` left out. */
export function argumentsIn({ variables }: Scope, parameters: readonly Parameter[]): [string, Value][] {
  return parameters.flatMap(({ target, form }): [string, Value][] => {
    const value = target.kind === "name" ? variables.get(target.name) : undefined
    if (target.kind !== "name" || value === undefined || form === "rest") return []
    if (form !== "keywordRest") return [[target.name, value]]
    const entries = value.kind === "dictionary" ? [...value.entries.values()] : []
    return entries.flatMap(({ key, value: given }) => (key.kind === "string" ? [[key.value, given] as [string, Value]] : []))
  })
}

/** The nearest scope that is no block. */
export function functionScope(scope: Scope): Scope {
  let current = scope
  while (current.kind === "block" && current.parent) current = current.parent
  return current
}
