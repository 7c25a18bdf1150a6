// What VS Code shows of ours can be translated, and the one translation there is has every string: nothing is missing, nothing is left over.
import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8")
const json = (path: string): Record<string, string> => JSON.parse(read(path))
const manifest = JSON.parse(read("package.json"))

const sources = readdirSync(join(ROOT, "src/editor"), { recursive: true })
  .map(String)
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ts.createSourceFile(path, read(`src/editor/${path}`), ts.ScriptTarget.Latest, true))

function everyNode(visit: (node: ts.Node, path: string) => void): void {
  for (const source of sources) {
    const walk = (node: ts.Node): void => {
      visit(node, source.fileName)
      ts.forEachChild(node, walk)
    }
    walk(source)
  }
}

/** First arguments of `vscode.l10n.t`; one that is not written out cannot be translated. */
function localised(): { found: Set<string>; computed: string[] } {
  const found = new Set<string>()
  const computed: string[] = []
  everyNode((node, path) => {
    if (!ts.isCallExpression(node) || !/\bl10n\.t$/.test(node.expression.getText())) return
    const [first] = node.arguments
    if (first && ts.isStringLiteralLike(first)) found.add(first.text)
    else computed.push(`${path}: ${node.getText()}`)
  })
  return { found, computed }
}

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}|`[^`]+`|\]\(command:[^)]+\)/g)].map(([found]) => found).sort()

function assertTranslates(translation: Record<string, string>, original: ReadonlyMap<string, string>): void {
  assert.deepEqual(Object.keys(translation).sort(), [...original.keys()].sort())
  for (const [key, text] of original) {
    assert.deepEqual(placeholders(translation[key] ?? ""), placeholders(text), key)
    assert.match(translation[key] ?? "", /\p{Script=Han}/u, key)
  }
}

test("every string of the client has its Chinese", () => {
  const { found, computed } = localised()
  assert.deepEqual(computed, [])
  assertTranslates(json("l10n/bundle.l10n.zh-cn.json"), new Map([...found].map((text) => [text, text])))
})

test("every string of the manifest has its Chinese", () => {
  assertTranslates(json("package.nls.zh-cn.json"), new Map(Object.entries(json("package.nls.json"))))
})

test("the manifest asks for the strings there are, and for all of them", () => {
  const asked = new Set([...read("package.json").matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key as string))
  assert.deepEqual([...asked].sort(), Object.keys(json("package.nls.json")).sort())
})

test("what people read in VS Code is never written without l10n", () => {
  const bare: string[] = []
  const isText = (node: ts.Node | undefined): boolean =>
    node !== undefined && (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) && /\p{L}{2}/u.test(literalText(node))
  everyNode((node, path) => {
    if (
      ts.isCallExpression(node) &&
      /\.show(Information|Warning|Error)Message$/.test(node.expression.getText()) &&
      isText(node.arguments[0])
    )
      bare.push(`${path}: ${node.getText()}`)
    if (
      ts.isPropertyAssignment(node) &&
      /^(placeHolder|prompt|detail|tooltip|validationMessage)$/.test(node.name.getText()) &&
      isText(node.initializer)
    )
      bare.push(`${path}: ${node.getText()}`)
  })
  assert.deepEqual(bare, [])
})

/** What stands between the holes of a template. */
const literalText = (node: ts.Node): string =>
  ts.isStringLiteralLike(node)
    ? node.text
    : ts.isTemplateExpression(node)
      ? [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join("")
      : ""

test("commands and settings say what they are, in strings that can be translated", () => {
  const { commands, configuration } = manifest.contributes
  for (const { command, title, category } of commands) {
    assert.match(title, /^%.+%$/, command)
    assert.equal(category, "Layerscope")
  }
  for (const [name, { markdownDescription, scope }] of Object.entries(configuration.properties) as [string, Record<string, string>][]) {
    assert.match(markdownDescription ?? "", /^%.+%$/, name)
    assert.ok(scope, name)
  }
})

test("menus, keys and steps of the walkthrough name commands that exist, and pictures that are small", () => {
  const { commands, menus, keybindings, walkthroughs } = manifest.contributes
  const known = new Set(commands.map(({ command }: { command: string }) => command))
  const used = [...Object.values(menus).flat(), ...keybindings] as { command: string; when?: string; key?: string }[]
  // A menu within a menu is no command.
  for (const { command } of used.filter((entry) => !("submenu" in entry))) assert.ok(known.has(command), command)
  // A key works in code of ours only, and no two are one.
  for (const { key, when } of keybindings) assert.match(when, /editorTextFocus && editorLangId/, key)
  assert.equal(new Set(keybindings.map(({ key }: { key: string }) => key)).size, keybindings.length)
  const strings = { ...json("package.nls.json") }
  for (const { steps } of walkthroughs)
    for (const { description, media, completionEvents } of steps) {
      const links = [...(strings[description.slice(1, -1)] ?? "").matchAll(/\(command:(layerscope\.\w+)/g)].map(
        ([, command]) => command as string,
      )
      const events = (completionEvents as string[])
        .map((event) => event.replace("onCommand:", ""))
        .filter((name) => name.startsWith("layerscope."))
      for (const command of [...links, ...events]) assert.ok(known.has(command), command)
      assert.ok(existsSync(join(ROOT, media.image)), media.image)
    }
  const pictures = readdirSync(join(ROOT, "media/pictures")).map((name) => statSync(join(ROOT, "media/pictures", name)).size)
  assert.ok(pictures.reduce((sum, size) => sum + size, 0) < 300_000)
})
