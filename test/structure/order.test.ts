// The direction of dependencies, and who owns which package: adding a name to these tables is an architectural change, whose reason stands in src/README.md.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, posix, relative } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

/** A folder may import itself and folders to its left. */
const ORDER = [
  "text",
  "syntax",
  "values",
  "operators",
  "layers",
  "evaluate",
  "model",
  "concepts",
  "drawing",
  "checks",
  "facts",
  "editor",
  "cli",
]

/** What the panel bundles; of everything else it may know types only. */
const WEBVIEW = new Set(["values", "operators", "layers", "concepts", "drawing"])

/** Packages and the folders that may import them. */
const OWNERS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^@zzzen\/pyright-internal/, ["syntax"]],
  [/^typescript$/, ["syntax"]],
  [/^@tensorflow\//, ["checks"]],
  [/^(vscode$|vscode-)/, ["editor"]],
  [/^(katex|@vscode-elements|elkjs)/, ["webview"]],
  [/^node:/, ["cli", "editor", "checks", "syntax"]],
]

interface Import {
  readonly target: string
  readonly isType: boolean
}

/** All imports of a file, dynamic ones included. */
function importsOf(path: string): Import[] {
  const found: Import[] = []
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push({ target: node.moduleSpecifier.text, isType: isTypeOnly(node) })
    if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] &&
      ts.isStringLiteral(node.arguments[0])
    )
      found.push({ target: node.arguments[0].text, isType: false })
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest))
  return found
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly
  const bindings = node.importClause?.namedBindings
  return (
    Boolean(node.importClause?.isTypeOnly) ||
    (bindings !== undefined &&
      ts.isNamedImports(bindings) &&
      !node.importClause?.name &&
      bindings.elements.length > 0 &&
      bindings.elements.every((element) => element.isTypeOnly))
  )
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".ts"))
    .map((path) => posix.join(folder, path.replaceAll("\\", "/")))

/** "src/values/dim.ts" → "values", "webview/panel.ts" → "webview". */
const homeOf = (path: string): string => (path.startsWith("src/") ? (path.split("/")[1] as string) : (path.split("/")[0] as string))

function check(path: string): string[] {
  const home = homeOf(path)
  return importsOf(join(ROOT, path)).flatMap(({ target, isType }) => {
    if (!target.startsWith("."))
      return OWNERS.filter(([name, folders]) => name.test(target) && !folders.includes(home) && !isType).map(
        () => `${path} imports ${target}, which belongs to others`,
      )
    const other = homeOf(relative(ROOT, join(ROOT, dirname(path), target)).replaceAll("\\", "/"))
    if (other.endsWith(".json") || other === home || (other === "snippets" && home === "facts")) return []
    return isAllowed(home, other, isType) ? [] : [`${path} imports ${target}`]
  })
}

function isAllowed(home: string, other: string, isType: boolean): boolean {
  if (home === "webview") return WEBVIEW.has(other) || isType
  if (other === "webview") return isType && (home === "editor" || home === "facts")
  const [from, to] = [ORDER.indexOf(home), ORDER.indexOf(other)]
  if (home === "facts" && other === "checks") return false
  return from >= 0 && to >= 0 && to <= from
}

for (const folder of ["src", "webview"])
  test(`${folder}: every file imports only what it may`, () => {
    assert.deepEqual(filesIn(folder).flatMap(check), [])
  })

test("the order names every folder of src", () => {
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
  assert.deepEqual(
    folders.filter((name) => !ORDER.includes(name)),
    [],
  )
})

test("nothing below the editor and the command line asks for clock, network or environment", () => {
  const forbidden = /\b(Date\.now|new Date\(|fetch\(|XMLHttpRequest|process\.env|performance\.now|Math\.random)/
  const quiet = ["text", "syntax", "values", "operators", "layers", "evaluate", "model", "drawing", "facts"]
  const found = quiet
    .flatMap((folder) => filesIn(`src/${folder}`))
    .filter((path) => forbidden.test(readFileSync(join(ROOT, path), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "")))
  assert.deepEqual(found, [])
})
