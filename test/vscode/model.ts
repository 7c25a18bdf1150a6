/** Show Model: the whole model drawn, its way to the code and back, and the comparison of two models. */
import assert from "node:assert/strict"
import * as vscode from "vscode"
import { ask, until } from "./driver.ts"
import { test } from "./harness.ts"
import { openExample, placeOf } from "./workspace.ts"

const pageText = (selector = "#model") => ask({ kind: "text", place: "panel", selector }).catch(() => "")

async function showModel(name: string, text: string): Promise<vscode.TextEditor> {
  const editor = await openExample(name)
  const position = placeOf(editor.document, text, 0)
  editor.selection = new vscode.Selection(position, position)
  await vscode.commands.executeCommand("layerscope.showModel")
  return editor
}

test("Show Model draws the whole model, with its repeats folded", async () => {
  await showModel("gpt.py", "class GPT")
  const text = await until(async () => {
    const found = await pageText()
    return found.includes("× 4") ? found : undefined
  }, "the graph")
  assert.match(text, /GPT/)
  assert.match(text, /26,496,384 parameters/)
  for (const part of ["Embedding wte", "LayerNorm ln_f", "Linear lm_head", "cross_entropy"])
    assert(text.includes(part), `${part} in ${text}`)
})

test("a box leads to its line", async () => {
  const editor = await showModel("gpt.py", "class GPT")
  await until(async () => (await pageText()).includes("lm_head"), "the graph")
  await ask({ kind: "click", place: "panel", selector: "[data-node='lm_head']" })
  await until(() => /lm_head/.test(editor.document.lineAt(editor.selection.active.line).text), "the line that makes lm_head")
})

test("the status bar says what the model at the cursor costs", async () => {
  const editor = await openExample("lenet5.py")
  const position = placeOf(editor.document, "def forward", 0)
  editor.selection = new vscode.Selection(position, position)
  const text = () => ask({ kind: "text", place: "workbench", selector: ".statusbar" })
  await until(async () => /LeNet5 · 61,706 params · [\d,]+ MACs/.test(await text()), "the model's cost")
  await ask({ kind: "screenshot", name: "status" })
})
