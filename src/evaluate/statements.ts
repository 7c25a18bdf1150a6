/** Statements: one function per node kind, dispatched by a table. */
import type * as Tree from "../syntax/tree.ts"
import { storing } from "../values/shape.ts"
import * as V from "../values/value.ts"
import { branchStatements } from "./branches.ts"
import type { Evaluation } from "./evaluation.ts"
import { evaluate } from "./expressions.ts"
import { decorate, makeClass, makeFunction } from "./functions.ts"
import { executeTry, executeWith } from "./handling.ts"
import { executeFor, executeForLoop, executeWhile } from "./loops.ts"
import { executeMatch, executeSwitch } from "./matching.ts"
import { defer, defers, settle } from "./deferred.ts"
import { ensureRun, recordOf } from "./modules.ts"
import { type Completion, Raised } from "./raised.ts"
import { childScope, functionScope, type Scope } from "./scope.ts"
import { addStar } from "./stars.ts"
import { assign, assignName } from "./targets.ts"

type Executor<N> = (evaluation: Evaluation, node: N, scope: Scope) => Completion

export function executeBlock(evaluation: Evaluation, statements: readonly Tree.Statement[], scope: Scope): Completion {
  if (evaluation.language.hoists) hoistDeclarations(evaluation, statements, scope)
  for (const statement of statements) {
    const completion = executeStatement(evaluation, statement, scope)
    if (completion) return completion
  }
  return undefined
}

export function executeStatement(evaluation: Evaluation, node: Tree.Statement, scope: Scope): Completion {
  evaluation.step()
  return (EXECUTORS[node.kind] as Executor<Tree.Statement>)(evaluation, node, scope)
}

/** JavaScript's function declarations can be called before they stand. */
export function hoistDeclarations(evaluation: Evaluation, statements: readonly Tree.Statement[], scope: Scope): void {
  for (const statement of statements) {
    const declaration = statement.kind === "export" ? statement.declaration : statement
    if (declaration?.kind !== "functionDeclaration" || declaration.function.method || !declaration.function.name) continue
    assignName(evaluation, scope, declaration.function.name, makeFunction(evaluation, declaration.function, scope))
  }
}

const EXECUTORS: { [K in Tree.Statement["kind"]]: Executor<Extract<Tree.Statement, { kind: K }>> } = {
  expression: (evaluation, node, scope) => void evaluate(evaluation, node.expression, scope),
  assign: executeAssign,
  augmentedAssign: executeAugmented,
  annotatedAssign: executeAnnotated,
  declare: executeDeclare,
  return: (evaluation, node, scope) => ({
    kind: "return",
    value: node.value ? evaluate(evaluation, node.value, scope) : evaluation.language.nothing,
  }),
  if: executeIf,
  while: executeWhile,
  for: executeFor,
  forLoop: executeForLoop,
  try: executeTry,
  with: executeWith,
  raise: executeRaise,
  assert: executeAssert,
  delete: executeDelete,
  scope: executeScope,
  import: executeImport,
  importFrom: executeImportFrom,
  export: executeExport,
  classDeclaration: executeClass,
  functionDeclaration: executeFunction,
  match: executeMatch,
  switch: executeSwitch,
  break: (_, node) => node as Completion,
  continue: (_, node) => node as Completion,
  pass: () => undefined,
  block: executeBlockStatement,
  typeAlias: (evaluation, node, scope) => assignName(evaluation, scope, node.name, V.unknown("a type")) as undefined,
  brokenStatement: (evaluation, node, scope) => {
    for (const child of node.children) evaluate(evaluation, child, scope)
    return undefined
  },
}

function executeAssign(evaluation: Evaluation, node: Tree.Assign, scope: Scope): Completion {
  const value = evaluate(evaluation, node.value, scope)
  for (const target of node.targets) assign(evaluation, target, value, scope)
  return undefined
}

const IN_PLACE: Partial<Record<string, string>> = {
  "+": "__iadd__",
  "-": "__isub__",
  "*": "__imul__",
  "/": "__itruediv__",
  "@": "__imatmul__",
  "|": "__ior__",
  "&": "__iand__",
  "^": "__ixor__",
}

/** What may be changed where it stands, so that other names of it see the change. */
const CHANGED_IN_PLACE: ReadonlySet<V.Value["kind"]> = new Set(["list", "instance", "set", "dictionary"])

function executeAugmented(evaluation: Evaluation, node: Tree.AugmentedAssign, scope: Scope): Completion {
  const before = evaluate(evaluation, node.target, scope)
  const value = evaluate(evaluation, node.value, scope)
  const method = IN_PLACE[node.operator]
  const inPlace = method && CHANGED_IN_PLACE.has(before.kind) ? evaluation.findAttribute(before, method) : undefined
  const after =
    inPlace && inPlace.kind !== "unknown"
      ? evaluation.call(inPlace, { positional: [value], keywords: new Map() }, { file: scope.module.file, span: node.span })
      : evaluation.atOperator(scope.module.file, node.span, [before, value], () => evaluation.binary(node.operator, before, value))
  if (before.kind === "tensor" && before.framework === "torch" && after.kind === "tensor") {
    markInPlace(evaluation, after)
    if (node.operator !== "@") reportStored(evaluation, node, before, after, scope)
  }
  assign(evaluation, node.target, after, scope)
  return undefined
}

/** `x += y` writes over a tensor, where Python's numbers are made anew. */
function markInPlace({ trace }: Evaluation, after: V.TensorValue): void {
  const event = trace.at(-1)
  if (event?.kind === "operation" && event.id === after.producer) event.isInPlace = true
}

/** `x += y` does not make `x` any larger. */
function reportStored(
  evaluation: Evaluation,
  { operator, span }: Tree.AugmentedAssign,
  before: V.TensorValue,
  after: V.TensorValue,
  scope: Scope,
): void {
  for (const { code, message } of storing(before.shape, after.shape))
    evaluation.problem({ code, message: `\`${operator}=\` ${message}` }, { file: scope.module.file, span })
}

/** Annotations of a class body are kept in order: dataclasses and named tuples are made of them. */
function executeAnnotated(evaluation: Evaluation, node: Tree.AnnotatedAssign, scope: Scope): Completion {
  if (scope.kind === "class" && node.target.kind === "name")
    annotate(evaluation, node.target.name, evaluate(evaluation, node.annotation, scope), scope)
  if (node.value) assign(evaluation, node.target, evaluate(evaluation, node.value, scope), scope)
  else if (scope.kind === "class" && evaluation.language.hoists && node.target.kind === "name")
    assignName(evaluation, scope, node.target.name, V.UNDEFINED)
  return undefined
}

function annotate(evaluation: Evaluation, name: string, annotation: V.Value, scope: Scope): void {
  let annotations = scope.variables.get("__annotations__")
  if (annotations?.kind !== "dictionary") assignName(evaluation, scope, "__annotations__", (annotations = V.dictionaryOf([])))
  evaluation.heap.touch(annotations.entries)
  annotations.entries.set(`s:${name}`, { key: V.string(name), value: annotation })
}

function executeDeclare(evaluation: Evaluation, node: Tree.Declare, scope: Scope): Completion {
  const home = node.binding === "var" ? functionScope(scope) : scope
  if (node.value || node.binding !== "var")
    assign(evaluation, node.target, node.value ? evaluate(evaluation, node.value, scope) : V.UNDEFINED, scope, home)
  return undefined
}

function executeIf(evaluation: Evaluation, node: Tree.If, scope: Scope): Completion {
  const truth = evaluation.truth(evaluate(evaluation, node.test, scope))
  const body = () => executeInner(evaluation, node.body, scope)
  const otherwise = () => executeInner(evaluation, node.otherwise, scope)
  if (truth !== undefined) return truth ? body() : otherwise()
  return branchStatements(evaluation, [body, otherwise])
}

/** A block of its own where the language has block scopes. */
export function executeInner(evaluation: Evaluation, statements: readonly Tree.Statement[], scope: Scope): Completion {
  return executeBlock(evaluation, statements, evaluation.language.hoists ? childScope(scope, "block") : scope)
}

function executeRaise(evaluation: Evaluation, node: Tree.Raise, scope: Scope): never {
  const value = node.value
    ? evaluate(evaluation, node.value, scope)
    : evaluation.language.exception(evaluation, "Exception", "raised again")
  const isClass = value.kind === "class"
  throw new Raised(
    isClass ? evaluation.call(value, { positional: [], keywords: new Map() }, { file: scope.module.file, span: node.span }) : value,
  )
}

function executeAssert(evaluation: Evaluation, node: Tree.Assert, scope: Scope): Completion {
  if (evaluation.truth(evaluate(evaluation, node.test, scope)) === false) evaluation.raise("AssertionError", "the assertion is false")
  return undefined
}

function executeDelete(evaluation: Evaluation, node: Tree.Delete, scope: Scope): Completion {
  for (const target of node.targets) {
    if (target.kind === "name") {
      evaluation.heap.touch(scope.variables)
      scope.variables.delete(target.name)
    } else if (target.kind === "subscript") {
      evaluation.language.deleteIndex(evaluation, evaluate(evaluation, target.object, scope), evaluate(evaluation, target.index, scope))
    } else if (target.kind === "attribute") evaluation.deleteAttribute(evaluate(evaluation, target.object, scope), target.name)
    else if (target.kind === "tuple") executeDelete(evaluation, { ...node, targets: target.elements }, scope)
  }
  return undefined
}

function executeScope(_: Evaluation, node: Tree.ScopeDeclaration, scope: Scope): Completion {
  scope.redirects ??= new Map()
  for (const name of node.names) {
    let home: Scope | undefined = node.form === "global" ? scope.module.scope : scope.parent
    while (node.form === "nonlocal" && home && !(home.kind === "function" && home.variables.has(name))) home = home.parent
    if (home) scope.redirects.set(name, home)
  }
  return undefined
}

function executeImport(evaluation: Evaluation, node: Tree.Import, scope: Scope): Completion {
  for (const { name, alias } of node.modules) {
    const module = evaluation.language.importModule(evaluation, scope, name, 0)
    const top = name.split(".")[0] as string
    const bound = alias ? module : name.includes(".") ? evaluation.language.importModule(evaluation, scope, top, 0) : module
    assignName(evaluation, evaluation.language.assignmentScope(scope, alias ?? top), alias ?? top, bound)
  }
  return undefined
}

function executeImportFrom(evaluation: Evaluation, node: Tree.ImportFrom, scope: Scope): Completion {
  if (node.isTypeOnly) return undefined
  const module = evaluation.language.importModule(evaluation, scope, node.module, node.level)
  for (const { name, alias } of node.names) {
    if (name === "*" && alias === undefined) {
      if (node.level > 0 && defers(evaluation, module, scope)) defer(evaluation, module, scope)
      else importAll(evaluation, module, scope)
    } else {
      const value = name === "*" ? module : evaluation.language.importMember(evaluation, module, name)
      assignName(evaluation, evaluation.language.assignmentScope(scope, alias ?? name), alias ?? name, value)
    }
  }
  return undefined
}

export function importAll(evaluation: Evaluation, module: V.Value, scope: Scope): void {
  if (module.kind !== "module") return
  if (module.catalogue) addStar(module, scope.module)
  ensureRun(evaluation, module)
  const inner = recordOf(module)?.scope.module
  if (inner && !module.attributes.has("__all__")) settle(evaluation, inner)
  const listed = module.attributes.get("__all__")
  const names =
    listed?.kind === "list" || listed?.kind === "tuple"
      ? listed.items.flatMap((item) => (item.kind === "string" ? [item.value] : []))
      : undefined
  for (const name of names ?? [...module.attributes.keys()].filter((key) => !key.startsWith("_"))) {
    const value = evaluation.language.importMember(evaluation, module, name)
    assignName(evaluation, scope, name, value)
  }
}

function executeExport(evaluation: Evaluation, node: Tree.Export, scope: Scope): Completion {
  if (node.declaration) executeStatement(evaluation, node.declaration, scope)
  if (node.value) assignName(evaluation, scope, "default", evaluate(evaluation, node.value, scope))
  if (node.module !== undefined) return executeImportFrom(evaluation, { ...node, kind: "importFrom", module: node.module, level: 0 }, scope)
  for (const { name, alias } of node.names) {
    const value = scope.variables.get(name)
    if (alias && value) assignName(evaluation, scope, alias, value)
  }
  const declared = node.declaration
  const name =
    declared?.kind === "classDeclaration"
      ? declared.class.name
      : declared?.kind === "functionDeclaration"
        ? declared.function.name
        : undefined
  const value = name === undefined ? undefined : scope.variables.get(name)
  if (node.isDefault && value) assignName(evaluation, scope, "default", value)
  return undefined
}

function executeClass(evaluation: Evaluation, node: Tree.ClassDeclaration, scope: Scope): Completion {
  const made = decorate(evaluation, node.class.decorators, makeClass(evaluation, node.class, scope), scope)
  const name = node.class.name ?? "default"
  if (scope.module.file === evaluation.observedFile) evaluation.observe(node.class, made)
  assignName(evaluation, declarationScope(evaluation, scope, name), name, made)
  return undefined
}

/** JavaScript's declarations stand where they are written; Python's `def` and `class` assign like any statement. */
const declarationScope = (evaluation: Evaluation, scope: Scope, name: string): Scope =>
  evaluation.language.hoists ? scope : evaluation.language.assignmentScope(scope, name)

function executeFunction(evaluation: Evaluation, node: Tree.FunctionDeclaration, scope: Scope): Completion {
  const { function: definition } = node
  const name = definition.name ?? "default"
  const made = decorate(evaluation, definition.decorators, makeFunction(evaluation, definition, scope), scope)
  assignName(evaluation, declarationScope(evaluation, scope, name), name, evaluation.language.classMember(scope, name, definition, made))
  return undefined
}

function executeBlockStatement(evaluation: Evaluation, node: Tree.Block, scope: Scope): Completion {
  return node.isScopeless ? executeBlock(evaluation, node.body, scope) : executeInner(evaluation, node.body, scope)
}
