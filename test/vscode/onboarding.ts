/** The first minutes: an example without a file, the walkthrough, and keys that nobody else uses. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { ask, until } from "./driver.ts"
import { test } from "./harness.ts"

interface Binding {
  readonly key: string
  readonly command: string
  readonly when?: string
}

/** VS Code's own list of its keys, which is JSON with remarks; those of extensions stand in it too. */
async function defaultBindings(): Promise<readonly Binding[]> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse("vscode://defaultsettings/keybindings.json"))
  return JSON.parse(document.getText().replace(/^\s*\/\/.*$/gm, "")) as Binding[]
}

test("our keys are nobody else's, nor the beginning of anybody's", async () => {
  const own = vscode.extensions.getExtension("layerscope.layerscope")?.packageJSON.contributes.keybindings as Binding[]
  assert.ok(own.length > 0)
  const others = (await defaultBindings()).filter(({ command, when }) => !command.startsWith("layerscope.") && when !== "false")
  assert.ok(others.length > 300, `${others.length} keys`)
  for (const { key } of own) {
    const same = others.filter((other) => other.key === key || other.key.startsWith(`${key} `) || key.startsWith(`${other.key} `))
    assert.deepEqual(same, [], key)
  }
})

test("Open an Example opens a model that is understood, and writes nothing", async () => {
  await vscode.commands.executeCommand("layerscope.openExample")
  const document = vscode.window.activeTextEditor?.document
  assert(document?.isUntitled, "no untitled document")
  assert.equal(document.languageId, "python")
  const found = await until(async () => {
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", document.uri)
    return lenses.find(({ command }) => command?.title.includes("61,706 params"))
  }, "the lens of the example")
  assert(found)
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
})

test("the walkthrough opens with its steps and its picture", async () => {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", "layerscope.layerscope#start", false)
  const selector = ".gettingStartedContainer"
  await until(
    async () => /Read a model[\s\S]*See the whole model/.test(await ask({ kind: "text", place: "workbench", selector })),
    "the steps of the walkthrough",
  )
  await ask({ kind: "screenshot", name: "walkthrough" })
  await vscode.commands.executeCommand("workbench.action.closeAllEditors")
})
