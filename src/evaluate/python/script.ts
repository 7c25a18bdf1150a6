/** What a script's functions use that only `if __name__ == "__main__":` imports, when the file is read as a module. */
import type * as Tree from "../../syntax/tree.ts"
import type * as V from "../../values/value.ts"
import type { Evaluation } from "../evaluation.ts"
import type { Scope } from "../scope.ts"
import { executeStatement } from "../statements.ts"

/** The value that a name would have if the file were run as a script. */
export function scriptImport(evaluation: Evaluation, name: string, scope: Scope): V.Value | undefined {
  if (scope.module.name === "__main__") return undefined
  const record = [...evaluation.modules.values()].find(({ scope: { module } }) => module === scope.module)
  if (record?.state !== "done") return undefined
  const statement = record.tree.body.flatMap((node) => (isGuard(node) ? node.body : [])).find((node) => binds(node, name))
  if (!statement) return undefined
  executeStatement(evaluation, statement, record.scope)
  return record.scope.variables.get(name)
}

function isGuard(node: Tree.Statement): node is Tree.If {
  if (node.kind !== "if" || node.test.kind !== "compare") return false
  const [first] = node.test.operands
  return first?.kind === "name" && first.name === "__name__" && node.test.operators[0] === "=="
}

const binds = (node: Tree.Statement, name: string): boolean =>
  node.kind === "importFrom" && node.names.some((imported) => (imported.alias ?? imported.name) === name)
