// CPython's own parser, run by Pyodide, must see the same nodes at the same places as ours.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { before, describe, test } from "node:test"
import { loadPyodide } from "pyodide"
import { parse } from "../../src/syntax/parse.ts"
import type { Node, Tree } from "../../src/syntax/tree.ts"
import { children } from "../../src/syntax/walk.ts"
import { sourceFile } from "../../src/text/source.ts"
import { snippets } from "./snippets.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)

// Type parameters, template strings and the names of type aliases have no place in our tree.
const ORACLE = `
import ast, json
KINDS = {'Call': 'call', 'Attribute': 'attribute', 'Name': 'name', 'BinOp': 'binary', 'FunctionDef': 'function', 'AsyncFunctionDef': 'function', 'ClassDef': 'class'}
def nodes(source):
    lines = source.splitlines(True) if '\\f' not in source else ast._splitlines_no_ff(source)
    starts = [0]
    for line in lines: starts.append(starts[-1] + len(line.encode('utf-16-le')) // 2)
    def offset(line, column):
        if line > len(lines): return starts[-1]
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode().encode('utf-16-le')) // 2
    found = []
    def visit(node):
        kind = KINDS.get(type(node).__name__)
        if kind: found.append(f"{kind} {offset(node.lineno, node.col_offset)}-{offset(node.end_lineno, node.end_col_offset)}")
        for field, value in ast.iter_fields(node):
            if field == 'type_params' or (field == 'name' and type(node).__name__ == 'TypeAlias') or type(node).__name__ == 'TemplateStr': continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST): visit(child)
    visit(ast.parse(source))
    return json.dumps(sorted(found))
`

const KINDS: ReadonlySet<string> = new Set(["call", "attribute", "name", "binary", "function", "class"])

/** Our nodes as `kind start-end`. CPython keeps the names of parameters and handlers as plain text, and knows no function in a lambda. */
function nodesOf(tree: Tree): string[] {
  const found: string[] = []
  const visit = (node: Node): void => {
    if (KINDS.has(node.kind)) found.push(`${node.kind} ${node.span.start}-${node.span.end}`)
    if (node.kind === "broken") return
    const plain = node.kind === "parameter" || node.kind === "handler" ? node.target : undefined
    for (const child of children(node)) if (child !== plain) visit(child)
  }
  tree.body.forEach(visit)
  return found.sort()
}

describe("our tree against CPython's", () => {
  let oracle: (source: string) => string
  before(async () => {
    const python = await loadPyodide()
    python.runPython(ORACLE)
    oracle = python.globals.get("nodes")
  })
  const compare = (source: string) => {
    const tree = parse(sourceFile("file.py", "python", source))
    assert.deepEqual(tree.problems, [])
    const lambdas = new Set<string>()
    const collect = (node: Node): void => {
      if (node.kind === "functionExpression") lambdas.add(`function ${node.span.start}-${node.span.end}`)
      children(node).forEach(collect)
    }
    tree.body.forEach(collect)
    assert.deepEqual(
      nodesOf(tree).filter((node) => !lambdas.has(node)),
      JSON.parse(oracle(source)),
    )
  }
  for (const [name, source] of Object.entries(snippets)) test(name, () => compare(source))
  for (const name of readdirSync(EXAMPLES).filter((name) => name.endsWith(".py"))) {
    test(`media/examples/${name}`, () => compare(readFileSync(new URL(name, EXAMPLES), "utf8")))
  }
})
