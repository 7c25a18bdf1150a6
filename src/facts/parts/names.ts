/** What a top-level statement of Python binds, and which names it reads when it runs and when its functions are called. */
import type { Comprehension, Expression, FunctionBody, Node, Statement } from "../../syntax/tree.ts"
import { children } from "../../syntax/walk.ts"

export interface StatementNames {
  /** names that are surely bound when it has run */
  readonly binds: ReadonlySet<string>
  /** names that it binds in some case, itself or in a function that says `global` */
  readonly mayBind: ReadonlySet<string>
  /** read while it runs, before it binds them itself */
  readonly reads: ReadonlySet<string>
  /** read when functions of it are called */
  readonly later: ReadonlySet<string>
}

interface Gathered {
  readonly mayBind: Set<string>
  readonly reads: Set<string>
  readonly later: Set<string>
}

const known = new WeakMap<Statement, StatementNames>()

/** The names of a statement; remembered, since most statements outlive a keystroke. */
export function namesOf(statement: Statement): StatementNames {
  const remembered = known.get(statement)
  if (remembered) return remembered
  const gathered: Gathered = { mayBind: new Set(), reads: new Set(), later: new Set() }
  const binds = new Set<string>()
  follow(statement, binds, gathered)
  const names = { binds, ...gathered }
  known.set(statement, names)
  return names
}

type Follow<K extends Node["kind"]> = (node: Extract<Node, { kind: K }>, bound: Set<string>, into: Gathered) => void

/** How each kind of node reads and binds; what is not here is followed without binding for sure. */
const FOLLOWERS: { readonly [K in Node["kind"]]?: Follow<K> } = {
  name: ({ name }, bound, into) => void (bound.has(name) || into.reads.add(name)),
  functionExpression: (node, bound, into) => followFunction(node.function, bound, into),
  functionDeclaration: (node, bound, into) => {
    followFunction(node.function, bound, into)
    bind(node.function.name, bound, into)
  },
  classDeclaration: ({ class: { decorators, bases, body, name } }, bound, into) => {
    followAll([...decorators, ...bases], bound, into)
    followAll(body, new Set(bound), { ...into, mayBind: new Set() })
    bind(name, bound, into)
  },
  assign: ({ value, targets }, bound, into) => {
    follow(value, bound, into)
    for (const target of targets) followTarget(target, bound, into)
  },
  annotatedAssign: ({ annotation, value, target }, bound, into) => {
    followAll([annotation, ...(value ? [value] : [])], bound, into)
    if (value || target.kind !== "name") followTarget(target, bound, into)
  },
  augmentedAssign: ({ target, value }, bound, into) => {
    followAll([target, value], bound, into)
    followTarget(target, bound, into)
  },
  assignExpression: ({ target, value }, bound, into) => {
    follow(value, bound, into)
    followTarget(target, bound, into)
  },
  import: ({ modules }, bound, into) => {
    for (const { name, alias } of modules) bind(alias ?? name.split(".")[0], bound, into)
  },
  importFrom: ({ names }, bound, into) => {
    for (const { name, alias } of names) bind(alias ?? name, bound, into)
  },
  if: ({ test, body, otherwise }, bound, into) => {
    follow(test, bound, into)
    const [one, other] = [followAll(body, new Set(bound), into), followAll(otherwise, new Set(bound), into)]
    for (const name of one) if (other.has(name)) bound.add(name)
  },
  with: ({ items, body }, bound, into) => {
    for (const { context, target } of items) {
      follow(context, bound, into)
      if (target) followTarget(target, bound, into)
    }
    followAll(body, bound, into)
  },
  for: ({ iterable, target, body, otherwise }, bound, into) => {
    follow(iterable, bound, into)
    const inner = new Set(bound)
    followTarget(target, inner, into)
    followAll(body, inner, into)
    followAll(otherwise, new Set(bound), into)
  },
  comprehension: followComprehension,
  try: ({ body, handlers, otherwise, finally: last }, bound, into) => {
    followAll(otherwise, followAll(body, new Set(bound), into), into)
    for (const { type, target, body: handling } of handlers) {
      const inner = new Set(bound)
      if (type) follow(type, inner, into)
      if (target) followTarget(target, inner, into)
      followAll(handling, inner, into)
    }
    followAll(last, new Set(bound), into)
  },
}

/** Notes what a node of the top level reads and binds; `bound` are the names that the statement has bound so far. */
function follow(node: Node, bound: Set<string>, into: Gathered): void {
  const own = FOLLOWERS[node.kind] as Follow<Node["kind"]> | undefined
  if (own) own(node, bound, into)
  else followOther(node, bound, into)
}

/** What stands below a node of another kind may run or not: nothing in it is surely bound. */
function followOther(node: Node, bound: ReadonlySet<string>, into: Gathered): void {
  if (node.kind === "capturePattern" || node.kind === "starPattern") if (node.name) into.mayBind.add(node.name)
  if (node.kind === "delete") for (const target of node.targets) followTarget(target, new Set(), into)
  for (const child of children(node)) follow(child, new Set(bound), into)
}

function followAll(nodes: readonly Node[], bound: Set<string>, into: Gathered): Set<string> {
  for (const node of nodes) follow(node, bound, into)
  return bound
}

function bind(name: string | undefined, bound: Set<string>, into: Gathered): void {
  if (name === undefined) return
  bound.add(name)
  into.mayBind.add(name)
}

function followTarget(target: Expression, bound: Set<string>, into: Gathered): void {
  if (target.kind === "name") return bind(target.name, bound, into)
  if (target.kind === "tuple" || target.kind === "list") for (const element of target.elements) followTarget(element, bound, into)
  else if (target.kind === "starred") followTarget(target.value, bound, into)
  else follow(target, bound, into)
}

/** Decorators, defaults and annotations are worked out at once, the body when it is called. */
function followFunction(body: FunctionBody, bound: Set<string>, into: Gathered): void {
  const { free, globals } = freeNames(body)
  for (const part of headOf(body)) follow(part, bound, into)
  for (const name of free) into.later.add(name)
  for (const name of globals) into.mayBind.add(name)
}

const headOf = ({ decorators, parameters, returns }: FunctionBody): Expression[] =>
  [...decorators, returns, ...parameters.flatMap((parameter) => [parameter.default, parameter.annotation])].filter(
    (part): part is Expression => part !== undefined,
  )

function followComprehension(node: Comprehension, bound: ReadonlySet<string>, into: Gathered): void {
  const inner = new Set(bound)
  const own = { ...into, mayBind: new Set<string>() }
  for (const { iterable, target, conditions } of node.clauses) {
    follow(iterable, inner, into)
    followTarget(target, inner, own)
    for (const condition of conditions) follow(condition, inner, into)
  }
  for (const part of [node.key, node.element]) if (part) follow(part, inner, into)
}

/** The names of a function that stand outside it, and those among them that it binds there. */
interface FreeNames {
  readonly free: ReadonlySet<string>
  readonly globals: ReadonlySet<string>
}

interface Use {
  readonly used: Set<string>
  readonly own: Set<string>
  readonly outer: Set<string>
  readonly globals: Set<string>
}

function freeNames(body: FunctionBody): FreeNames {
  const use: Use = { used: new Set(), own: new Set(), outer: new Set(), globals: new Set() }
  for (const { target } of body.parameters) bindOwn(target, use)
  for (const statement of body.body) gather(statement, use)
  const free = new Set([...use.used].filter((name) => !use.own.has(name) || use.outer.has(name)))
  for (const name of use.globals) free.add(name)
  return { free, globals: use.globals }
}

function gather(node: Node, use: Use): void {
  if (node.kind === "name") use.used.add(node.name)
  else if (node.kind === "functionDeclaration" || node.kind === "functionExpression") gatherFunction(node.function, use)
  else if (node.kind === "classDeclaration") gatherClass(node.class, use)
  else if (node.kind === "comprehension") gatherComprehension(node, use)
  else if (node.kind === "scope") gatherScope(node.form, node.names, use)
  else {
    for (const target of targetsOf(node)) bindOwn(target, use)
    if ((node.kind === "capturePattern" || node.kind === "starPattern") && node.name) use.own.add(node.name)
    if (node.kind === "import") for (const { name, alias } of node.modules) use.own.add(alias ?? name.split(".")[0] ?? "")
    if (node.kind === "importFrom") for (const { name, alias } of node.names) use.own.add(alias ?? name)
    for (const child of children(node)) gather(child, use)
  }
}

function targetsOf(node: Node): Expression[] {
  if (node.kind === "assign" || node.kind === "delete") return node.targets
  if (node.kind === "augmentedAssign" || node.kind === "assignExpression" || node.kind === "for") return [node.target]
  if (node.kind === "annotatedAssign") return [node.target]
  if (node.kind === "handler") return node.target ? [node.target] : []
  return node.kind === "with" ? node.items.flatMap(({ target }) => (target ? [target] : [])) : []
}

function bindOwn(target: Expression, use: Use): void {
  if (target.kind === "name") use.own.add(target.name)
  else if (target.kind === "tuple" || target.kind === "list") for (const element of target.elements) bindOwn(element, use)
  else if (target.kind === "starred") bindOwn(target.value, use)
}

function gatherFunction(body: FunctionBody, use: Use): void {
  if (body.name) use.own.add(body.name)
  for (const part of headOf(body)) gather(part, use)
  const { free, globals } = freeNames(body)
  for (const name of free) use.used.add(name)
  for (const name of globals) {
    use.globals.add(name)
    use.outer.add(name)
  }
}

function gatherClass(node: { name?: string; decorators: Expression[]; bases: Node[]; body: Statement[] }, use: Use): void {
  if (node.name) use.own.add(node.name)
  for (const part of [...node.decorators, ...node.bases]) gather(part, use)
  // What a class binds its methods do not see by name.
  const inner: Use = { ...use, own: new Set() }
  for (const statement of node.body) gather(statement, inner)
}

function gatherComprehension(node: Comprehension, use: Use): void {
  const inner: Use = { ...use, used: new Set(), own: new Set() }
  for (const child of children(node)) gather(child, inner)
  for (const { target } of node.clauses) bindOwn(target, inner)
  const targets = new Set<string>()
  for (const { target } of node.clauses) bindOwn(target, { ...inner, own: targets })
  // The first iterable is worked out outside.
  if (node.clauses[0]) gather(node.clauses[0].iterable, use)
  for (const name of inner.used) if (!targets.has(name)) use.used.add(name)
}

function gatherScope(form: "global" | "nonlocal", names: readonly string[], use: Use): void {
  for (const name of names) {
    use.used.add(name)
    use.outer.add(name)
    if (form === "global") use.globals.add(name)
  }
}
