/** Cuts a file into parts that have nothing to do with each other, so that each can be analysed on its own. */
import type { Call, Comment, Expression, Node, Statement, Tree } from "../../syntax/tree.ts"
import { children } from "../../syntax/walk.ts"
import type { SourceFile } from "../../text/source.ts"
import { namesOf, type StatementNames } from "./names.ts"

/** Statements that belong together, with the ones that every part has and the functions they call, in the order of the file. */
export interface Part {
  readonly statements: readonly Statement[]
  readonly tree: Tree
}

/**
 * The parts of a Python file that defines torch modules; undefined where it cannot be cut with certainty, or where there would be one part only.
 * Statements that share a name belong together. Imports and constants belong to every part, and so do functions that call nothing but such
 * functions to the parts that name them.
 */
export function independentParts(file: SourceFile, tree: Tree): readonly Part[] | undefined {
  if (file.language !== "python" || /\.ipynb\b/.test(file.uri) || !tree.body.every(isCuttable)) return undefined
  const names = tree.body.map(namesOf)
  const imports = importsIn(tree.body)
  if (!imports || ![...imports.values()].some((module) => /^torch\b/.test(module))) return undefined
  const roles = rolesOf(tree.body, names, imports)
  if (tree.body.some((statement) => mayReachOthers(statement, imports, roles.own))) return undefined
  const groups = groupsOf(tree.body, names, roles)
  const parts = groups.map((indices) => partOf(tree, indices))
  return parts.filter(({ statements }) => statements.some(definesModule)).length > 1 ? parts : undefined
}

/** Names that see or change what no mention of theirs shows. */
const SECRETIVE = new Set(["globals", "locals", "vars", "eval", "exec", "__import__", "importlib", "inspect", "gc"])

const cuttable = new WeakMap<Statement, boolean>()

function isCuttable(statement: Statement): boolean {
  let answer = cuttable.get(statement)
  if (answer === undefined) cuttable.set(statement, (answer = !isSecretive(statement)))
  return answer
}

function isSecretive(node: Node): boolean {
  if (node.kind === "name" && SECRETIVE.has(node.name)) return true
  if (node.kind === "attribute" && (node.name === "__subclasses__" || isModulesTable(node))) return true
  return children(node).some(isSecretive)
}

/** `sys.modules` */
const isModulesTable = ({ name, object }: { name: string; object: Expression }): boolean =>
  name === "modules" && object.kind === "name" && object.name === "sys"

/** Keras numbers its layers through the whole program. */
const COUNTING = /^(?:keras|tensorflow|tf_keras|tensorflow_\w+)\b/

/** The module behind each imported name; undefined where a framework is imported whose layers know of each other. */
function importsIn(body: readonly Statement[]): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  const open: Statement[] = [...body]
  for (let statement = open.pop(); statement; statement = open.pop()) {
    if (statement.kind === "import") for (const { name, alias } of statement.modules) found.set(alias ?? name.split(".")[0] ?? "", name)
    else if (statement.kind === "importFrom") for (const { name, alias } of statement.names) found.set(alias ?? name, moduleOf(statement))
    else if (statement.kind === "if") open.push(...statement.body, ...statement.otherwise)
    else if (statement.kind === "try")
      open.push(...statement.body, ...statement.otherwise, ...statement.handlers.flatMap(({ body }) => body))
  }
  return [...found.values()].some((module) => COUNTING.test(module)) ? undefined : found
}

const moduleOf = ({ level, module }: { level: number; module: string }): string => `${".".repeat(level)}${module}`

/** Whether a statement is in every part, in the parts that name it, or in one; and which names only the last two bind. */
interface Roles {
  readonly roles: readonly ("everywhere" | "called" | "own")[]
  readonly own: ReadonlySet<string>
}

function rolesOf(body: readonly Statement[], names: readonly StatementNames[], imports: ReadonlyMap<string, string>): Roles {
  const binders = new Map<string, number>()
  for (const { mayBind } of names) for (const name of mayBind) binders.set(name, (binders.get(name) ?? 0) + 1)
  const changed = new Set(body.flatMap(changedRoots))
  const isFixed = (name: string) => !changed.has(name) && (binders.get(name) ?? 0) <= 1
  const fixed = new Set(imports.keys())
  const roles = body.map((statement, index): "everywhere" | "own" => {
    const isPlain = isImporting(statement) || isConstant(statement, fixed)
    const { mayBind } = names[index] as StatementNames
    if (!isPlain || !(isImporting(statement) || [...mayBind].every(isFixed))) return "own"
    for (const name of mayBind) fixed.add(name)
    return "everywhere"
  })
  const own = new Set(names.flatMap(({ mayBind }, index) => (roles[index] === "own" ? [...mayBind] : [])))
  const isFree = ({ reads, later }: StatementNames) => [...reads, ...later].every((name) => !own.has(name))
  const free = roles.map((role, index) =>
    role === "own" && body[index]?.kind === "expression" && isFree(names[index] as StatementNames) ? "everywhere" : role,
  )
  return { roles: withCalled(body, names, free, own, isFixed), own }
}

/** Functions that read nothing of the file but such functions: they keep nothing, and a copy is as good as the original. */
function withCalled(
  body: readonly Statement[],
  names: readonly StatementNames[],
  roles: readonly ("everywhere" | "own")[],
  own: ReadonlySet<string>,
  isFixed: (name: string) => boolean,
): Roles["roles"] {
  const called = new Map<string, number>()
  body.forEach((statement, index) => {
    if (statement.kind !== "functionDeclaration" || statement.function.decorators.length > 0) return
    const { mayBind } = names[index] as StatementNames
    if (mayBind.size === 1 && [...mayBind].every(isFixed)) called.set(statement.function.name ?? "", index)
  })
  for (let size = -1; size !== called.size; ) {
    size = called.size
    for (const [name, index] of called) {
      const { reads, later } = names[index] as StatementNames
      if ([...reads, ...later].some((read) => own.has(read) && !called.has(read))) called.delete(name)
    }
  }
  const places = new Set(called.values())
  return roles.map((role, index) => (places.has(index) ? "called" : role))
}

/** Names whose objects a statement of the top level changes from outside: `block.width = 3`, `del table[0]`. */
function changedRoots(statement: Statement): string[] {
  const targets =
    statement.kind === "assign" || statement.kind === "delete"
      ? statement.targets
      : statement.kind === "augmentedAssign" || statement.kind === "annotatedAssign"
        ? [statement.target]
        : []
  return targets.flatMap((target) => (target.kind === "attribute" || target.kind === "subscript" ? rootOf(target) : []))
}

function rootOf(node: Expression): string[] {
  if (node.kind === "attribute" || node.kind === "subscript") return rootOf(node.object)
  if (node.kind === "call") return rootOf(node.callee)
  return node.kind === "name" ? [node.name] : []
}

/** Imports, also those that may be missing. */
function isImporting(statement: Statement): boolean {
  if (statement.kind === "import" || statement.kind === "importFrom" || statement.kind === "pass") return true
  if (statement.kind !== "try") return false
  const { body, handlers, otherwise, finally: last } = statement
  const handled = handlers.flatMap((handler) => handler.body)
  return body.every(isImporting) && [...handled, ...otherwise, ...last].every((each) => isImporting(each) || isConstant(each, new Set()))
}

/** A name for a number, a text or a tuple of such. */
function isConstant(statement: Statement, fixed: ReadonlySet<string>): boolean {
  if (statement.kind === "expression") return statement.expression.kind === "string"
  const isNamed = statement.kind === "assign" && statement.targets.every(({ kind }) => kind === "name")
  return isNamed && isFixedValue(statement.value, fixed)
}

function isFixedValue(node: Expression, fixed: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case "number":
    case "string":
    case "constant":
      return true
    case "name":
      return fixed.has(node.name)
    case "attribute":
      return isFixedValue(node.object, fixed)
    case "unary":
    case "binary":
    case "tuple":
      return children(node).every((child) => isFixedValue(child as Expression, fixed))
    default:
      return false
  }
}

/** Packages whose functions keep nothing of what they are given. */
const FORGETFUL = new Set(
  `__future__ abc argparse collections copy dataclasses einops enum functools itertools json logging math matplotlib numpy os pathlib pickle pprint
   random re statistics string sys time torch torchinfo torchsummary torchvision tqdm typing typing_extensions warnings`.split(/\s+/),
)

/** Hands something of the file to a package that may keep it, where another part would find it: `registry.register(Net)`. */
function mayReachOthers(statement: Statement, imports: ReadonlyMap<string, string>, own: ReadonlySet<string>): boolean {
  const isForeign = (node: Expression): boolean =>
    rootOf(node).some((root) => imports.has(root) && !FORGETFUL.has(imports.get(root)?.split(".")[0] ?? ""))
  if (statement.kind === "functionDeclaration") return statement.function.decorators.some(isForeign)
  if (statement.kind === "classDeclaration") return statement.class.decorators.some(isForeign)
  const { reads } = namesOf(statement)
  if (![...reads].some((name) => own.has(name))) return false
  return changedRoots(statement).some((root) => imports.has(root)) || callsIn(statement).some(({ callee }) => isForeign(callee))
}

function callsIn(node: Node): Call[] {
  if (node.kind === "functionDeclaration" || node.kind === "functionExpression") return []
  const inner = children(node).flatMap(callsIn)
  return node.kind === "call" ? [node, ...inner] : inner
}

/** Indices of the statements of each part. */
function groupsOf(body: readonly Statement[], names: readonly StatementNames[], { roles }: Roles): number[][] {
  const sets = names.map((_, index) => index)
  const find = (index: number): number => (sets[index] === index ? index : (sets[index] = find(sets[index] as number)))
  const neighbours = names.map((_, index) => dependencies(body, names, index))
  names.forEach((_, index) => {
    if (roles[index] !== "own") return
    for (const other of neighbours[index] ?? []) if (roles[other] === "own") sets[find(other)] = find(index)
  })
  const everywhere = roles.flatMap((role, index) => (role === "everywhere" ? [index] : []))
  const groups = new Map<number, Set<number>>()
  const called = new Set<number>()
  names.forEach((_, index) => {
    if (roles[index] !== "own") return
    const group = groups.get(find(index)) ?? new Set(everywhere)
    groups.set(find(index), group.add(index))
    addCalled(index, neighbours, roles, group, called)
  })
  const left = roles.flatMap((role, index) => (role === "called" && !called.has(index) ? [index] : []))
  const rest = left.length > 0 ? [new Set([...everywhere, ...roles.flatMap((role, index) => (role === "called" ? [index] : []))])] : []
  return [...groups.values(), ...rest].map((group) => [...group].sort((one, other) => one - other))
}

function addCalled(
  index: number,
  neighbours: readonly ReadonlySet<number>[],
  roles: Roles["roles"],
  group: Set<number>,
  called: Set<number>,
): void {
  for (const other of neighbours[index] ?? []) {
    if (roles[other] !== "called" || group.has(other)) continue
    group.add(other)
    called.add(other)
    addCalled(other, neighbours, roles, group, called)
  }
}

/** The statements whose names a statement may read: while it runs what was bound last before it, later whatever is bound. */
function dependencies(body: readonly Statement[], names: readonly StatementNames[], index: number): Set<number> {
  const found = new Set<number>()
  const { reads, later, mayBind } = names[index] as StatementNames
  for (const name of reads) bindersBefore(names, index, name, found)
  names.forEach((other, at) => {
    if ([...later].some((name) => other.mayBind.has(name))) found.add(at)
  })
  // A function that says `global` binds where others read.
  for (const name of mayBind) if (later.has(name)) names.forEach((other, at) => (other.reads.has(name) ? found.add(at) : undefined))
  // A class that takes another's name hides it.
  const statement = body[index]
  const name = statement?.kind === "classDeclaration" ? statement.class.name : undefined
  if (name !== undefined) names.forEach((other, at) => (other.mayBind.has(name) ? found.add(at) : undefined))
  found.delete(index)
  return found
}

function bindersBefore(names: readonly StatementNames[], index: number, name: string, found: Set<number>): void {
  for (let at = index - 1; at >= 0; at--) {
    if (names[at]?.mayBind.has(name)) found.add(at)
    if (names[at]?.binds.has(name)) return
  }
}

const definesModule = (statement: Statement): boolean =>
  statement.kind === "classDeclaration" && statement.class.bases.some(({ value }) => /Module$/.test(lastName(value)))

const lastName = (node: Expression): string => (node.kind === "attribute" || node.kind === "name" ? node.name : "")

function partOf({ body, comments, documentation }: Tree, indices: readonly number[]): Part {
  const statements = indices.flatMap((index) => body[index] ?? [])
  const own = new Set<Statement>(statements)
  const kept = comments.filter((comment) => own.has(body[ownerOf(body, comment)] as Statement))
  const tree = { body: statements, comments: kept, problems: [], ...(documentation !== undefined && { documentation }) }
  return { statements, tree }
}

/** The statement a comment speaks of: the one it stands in or behind, else the next one, or the last. */
export function ownerOf(body: readonly Statement[], { span, isTrailing }: Comment): number {
  let index = 0
  while (index < body.length - 1 && (body[index] as Statement).span.end <= span.start) index++
  const isBehind = isTrailing && index > 0 && (body[index] as Statement).span.start > span.start
  return isBehind ? index - 1 : index
}
