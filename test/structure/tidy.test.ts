// What keeps the code livable: purpose comments, sizes, names, and texts that must not be in it.
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const MAXIMUM_FILE_LINES = 500
const MAXIMUM_FUNCTION_LINES = 60

const tracked = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" }).split("\n").filter(Boolean)
const sources = tracked.filter((path) => /^(src|webview|test)\/.*\.(ts|mjs)$/.test(path))
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8")

test("every source file opens with its purpose", () => {
  assert.deepEqual(
    sources.filter((path) => !/^(#!.*\n)?(\/\*\*|\/\/) ?\S|^(#!.*\n)?\/\*\*\n/.test(read(path))),
    [],
  )
})

test(`no file is longer than ${MAXIMUM_FILE_LINES} lines`, () => {
  const long = sources.map((path) => [path, read(path).split("\n").length] as const).filter(([, lines]) => lines > MAXIMUM_FILE_LINES)
  assert.deepEqual(long, [])
})

test(`no function is longer than ${MAXIMUM_FUNCTION_LINES} lines`, () => {
  // A suite of tests is one callback, however many tests it holds.
  assert.deepEqual(sources.filter((path) => !path.startsWith("test/")).flatMap(longFunctions), [])
})

function longFunctions(path: string): string[] {
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body) {
      const lines = file.getLineAndCharacterOfPosition(node.end).line - file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
      if (lines > MAXIMUM_FUNCTION_LINES)
        found.push(`${path}: ${lines} lines at ${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

test("names are whole: no drawers, no numbered copies", () => {
  assert.deepEqual(
    sources.filter((path) => /(utils?|helpers?|manager|misc|common)\.ts$|\d\.ts$/i.test(path)),
    [],
  )
})

test("the top level holds what the architecture names, and nothing else", () => {
  const allowed =
    /^(package\.json|package-lock\.json|package\.nls.*\.json|tsconfig\.json|biome\.json|l10n|src|webview|snippets|media|test|README\.md|CHANGELOG\.md|CONTRIBUTING\.md|LICENSE|\..+)$/
  const top = [...new Set(tracked.map((path) => path.split("/")[0] as string))]
  assert.deepEqual(
    top.filter((name) => !allowed.test(name)),
    [],
  )
})

test("the lockfile names no registry", () => {
  assert.equal(/"resolved"/.test(read("package-lock.json")), false)
})
