/** Explain Layer: the panel's content, its live check, and what it writes back. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { ask, until } from "./driver.ts"
import { test } from "./harness.ts"
import { exists, openExample, placeOf } from "./workspace.ts"

const panelText = (selector = "#panel") => ask({ kind: "text", place: "panel", selector }).catch(() => "")

async function explain(name: string, text: string, offset: number): Promise<vscode.TextDocument> {
  const editor = await openExample(name)
  const position = placeOf(editor.document, text, offset)
  editor.selection = new vscode.Selection(position, position)
  await vscode.commands.executeCommand("layerscope.explainLayer")
  return editor.document
}

test("Explain Layer draws the layer under the cursor with the numbers of the code", async () => {
  await explain("lenet5.py", "self.conv1 = nn", 6)
  const text = await until(async () => {
    const found = await panelText()
    return found.includes("117,600") ? found : undefined
  }, "the panel's numbers")
  assert.match(text, /Convolution/)
  assert.match(text, /conv1/)
  assert.match(text, /\b156\b/)
  assert.notEqual(await ask({ kind: "text", place: "panel", selector: "svg" }), "")
})

test("the live check really executes the layer and agrees", async () => {
  const text = await until(async () => {
    const found = await panelText("section.check")
    return /TensorFlow\.js/.test(found) ? found : undefined
  }, "the check's result")
  assert.match(text, /Predicted and executed agree/)
  assert.match(text, /6 × 28 × 28/)
  assert.match(text, (await hasOwnLibrary()) ? /native \(tensorflow\)/ : /WebAssembly/)
})

/** Whether `npm run native` was run beside the extension; what is packed has no such thing. */
async function hasOwnLibrary(): Promise<boolean> {
  const extension = vscode.extensions.getExtension("layerscope.layerscope")
  return extension?.extensionUri.scheme === "file" && exists(vscode.Uri.joinPath(extension.extensionUri, ".cache/native/tfjs-node"))
}

const shownCheck = (mark: RegExp) =>
  until(async () => {
    const found = await panelText("section.check")
    return mark.test(found) ? found : undefined
  }, `a check that says ${mark}`)

test("Write to code is one step of undo", async () => {
  const { document } = await openExample("lenet5.py")
  const before = document.getText()
  await ask({ kind: "fill", place: "panel", selector: "input[type=range][aria-label='Filters']", value: "12" })
  await ask({ kind: "click", place: "panel", selector: ".changed vscode-button" })
  await until(() => document.getText() !== before, "the edit")
  assert.match(document.getText(), /self\.conv1 = nn\.Conv2d\(1, 12, 5\)/)
  await vscode.window.showTextDocument(document)
  await vscode.commands.executeCommand("undo")
  assert.equal(document.getText(), before)
})

test("another layer of the model takes the panel over", async () => {
  await explain("lenet5.py", "self.fc1 = nn", 6)
  await until(async () => (await panelText()).includes("fc1"), "the name of the layer asked for")
})

test("a model with Inception blocks opens the Inception block with the numbers of its branches", async () => {
  await explain("inception_keras.py", "model = build_model", 8)
  const text = await until(async () => {
    const found = await panelText()
    return /Inception/.test(found) && /TensorFlow\.js/.test(found) ? found : undefined
  }, "the Inception block and its check")
  assert.match(text, /Predicted and executed agree/)
  await ask({ kind: "screenshot", name: "inception" })
})

test("Explain Architecture opens a subject without code, from the palette and from the view", async () => {
  await vscode.commands.executeCommand("layerscope.explainArchitecture", "activation-functions")
  await until(async () => /Activation functions[\s\S]*Gradient through them/.test(await panelText()), "the subject")
  await until(async () => /Predicted and executed agree/.test(await panelText("section.check")), "the check")
  await vscode.commands.executeCommand("workbench.view.extension.layerscope")
  const tree = await until(async () => {
    const text = await ask({ kind: "text", place: "workbench", selector: ".part.sidebar .monaco-list" }).catch(() => "")
    return text.includes("Convolution") ? text : undefined
  }, "the tree of subjects")
  for (const title of ["Foundations", "Activation functions", "Inception block"]) assert(tree.includes(title), tree)
})

test("a native library is never taken from the workspace, and a machine's setting is obeyed in trusted folders only", async () => {
  await explain("lenet5.py", "self.conv1 = nn", 6)
  await shownCheck(/6 × 28 × 28[\s\S]*TensorFlow/)
  const [folder] = vscode.workspace.workspaceFolders ?? []
  assert(folder)
  const library = vscode.Uri.joinPath(folder.uri, "library")
  const ran = vscode.Uri.joinPath(folder.uri, "ran.txt")
  const program = `require("node:fs").writeFileSync(${JSON.stringify(ran.fsPath)}, "ran"); throw new Error("no library")`
  await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(library, "index.js"), new TextEncoder().encode(program))
  const settings = vscode.Uri.joinPath(folder.uri, ".vscode/settings.json")
  await vscode.workspace.fs.writeFile(
    settings,
    new TextEncoder().encode(JSON.stringify({ "layerscope.checks.nativeLibrary": library.fsPath })),
  )
  const again = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500)) // The setting arrives.
    await ask({ kind: "click", place: "panel", selector: "section.check vscode-button" })
    await shownCheck(/Predicted and executed agree/)
    return exists(ran)
  }
  try {
    assert.equal(await again(), false, "the workspace's library was run")
    const ours = vscode.workspace.getConfiguration("layerscope")
    await ours.update("checks.nativeLibrary", library.fsPath, vscode.ConfigurationTarget.Global)
    assert.equal(vscode.workspace.getConfiguration("layerscope").get("checks.nativeLibrary"), library.fsPath)
    assert.equal(await again(), vscode.workspace.isTrusted)
    await ours.update("checks.nativeLibrary", undefined, vscode.ConfigurationTarget.Global)
  } finally {
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, ".vscode"), { recursive: true })
  }
})
