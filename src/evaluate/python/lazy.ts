/** Finds where a package that loads lazily tells type checkers what it holds. */
import type { Expression, If, Statement, Tree } from "../../syntax/tree.ts"

const lazyParts = new WeakMap<Tree, If | null>()

/** `if TYPE_CHECKING: <imports> else: <a lazy loader>` at the top of a package; the loader may also be a `__getattr__` beside it. */
export function lazyPart(tree: Tree): If | undefined {
  let found = lazyParts.get(tree)
  if (found === undefined) lazyParts.set(tree, (found = tree.body.find((statement) => isLazyPart(statement, tree)) ?? null))
  return found ?? undefined
}

const isLazyPart = (statement: Statement, tree: Tree): statement is If =>
  statement.kind === "if" &&
  namesTypeChecking(statement.test) &&
  statement.body.some(({ kind }) => kind === "importFrom" || kind === "try") &&
  (statement.otherwise.length > 0 || tree.body.some(definesGetter))

/** `def __getattr__(name)`, or `__getattr__, __dir__ = attach(…)`. */
function definesGetter(statement: Statement): boolean {
  if (statement.kind === "functionDeclaration") return statement.function.name === "__getattr__"
  const targets = statement.kind === "assign" ? statement.targets : []
  const names = targets.flatMap((target) => (target.kind === "tuple" ? target.elements : [target]))
  return names.some((name) => name.kind === "name" && name.name === "__getattr__")
}

const namesTypeChecking = (test: Expression): boolean =>
  (test.kind === "name" || test.kind === "attribute") && test.name === "TYPE_CHECKING"
