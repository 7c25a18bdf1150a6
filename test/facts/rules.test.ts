// Every rule keeps its promise: its wrong example gives that problem and no other code, its right example none; and every code has a rule.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import ts from "typescript"
import { analyze } from "../../src/facts/analyze.ts"
import { severityOf } from "../../src/facts/problems.ts"
import { RULES, ruleOf } from "../../src/facts/rules/catalogue.ts"
import { rulePage } from "../../src/facts/rules/page.ts"
import { IMPORTS, type Rule } from "../../src/facts/rules/rule.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

/** Hints of other rules are left out, for examples of errors are short. */
function codesIn(text: string, { code, language = "python" }: Rule): string[] {
  const path = `/example.${language === "python" ? "py" : "js"}`
  const file = sourceFile(path, language, IMPORTS[language] + text)
  const { problems } = analyze(file, path, memoryHost({}), { budget: { fuel: 5_000_000, cancelled: () => false } })
  return [
    ...new Set(problems.filter((problem) => severityOf(problem) !== "hint" || ruleOf(code).severity === "hint").map(({ code }) => code)),
  ]
}

for (const rule of RULES)
  test(`${rule.code}: the wrong example is found, the right one is clean`, () => {
    assert.deepEqual(codesIn(rule.wrong, rule), [rule.code])
    assert.deepEqual(codesIn(rule.right, rule), [])
    for (const text of [rule.title, rule.what, rule.why, rule.fix]) assert.match(text, /^[\p{Lu}`].*\.$/su)
  })

test("the settings know every rule, with its title and level", () => {
  const { contributes } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
  const { properties } = contributes.configuration.properties["layerscope.rules"]
  const known = RULES.map(({ code, title, severity }) => [
    code,
    { enum: ["error", "warning", "hint", "off"], default: severity, description: title },
  ])
  assert.deepEqual(properties, Object.fromEntries(known))
})

test("a rule's page has the imports of its example, and nothing is missing", () => {
  const page = rulePage(ruleOf("double-softmax"))
  assert.match(page, /```python\nimport torch\nfrom torch import nn\n\nmodel = /)
  for (const rule of RULES) assert.match(rulePage(rule), /## What it finds.+## Why it matters.+## Example.+## How it is mended/s)
})

/** The codes that source gives: first arguments of those who report, and properties called `code` beside a message. */
function codesGiven(path: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)(problem|expectSame)$/.test(node.expression.getText())) {
      const [first] = node.arguments
      if (first && ts.isStringLiteral(first)) found.push(first.text)
    }
    if (
      ts.isPropertyAssignment(node) &&
      node.name.getText() === "code" &&
      node.parent.properties.some((one) => one.name?.getText() === "message")
    ) {
      const value = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer
      if (ts.isStringLiteral(value)) found.push(value.text)
    }
    ts.forEachChild(node, visit)
  }
  const text = readFileSync(path, "utf8")
  // Most files give none; reading their trees would take seconds.
  if (/\b(problem|expectSame)\(\s*"|\bcode:\s*"/.test(text)) visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  return found
}

test("every code that is given has a rule, and every rule's code is given", () => {
  const root = new URL("../../src/", import.meta.url).pathname
  const files = ["values", "operators", "layers", "evaluate", "model", "facts"].flatMap((folder) =>
    (readdirSync(root + folder, { recursive: true }) as string[])
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${root}${folder}/${name}`),
  )
  const given = new Set(files.flatMap(codesGiven))
  assert.deepEqual(
    [...given].sort(),
    RULES.map(({ code }) => code),
  )
})
