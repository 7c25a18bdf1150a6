/** Insert Layer Snippet: what arrives is filled in, the list says what each costs, and undo takes all of it back. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { until } from "./driver.ts"
import { test } from "./harness.ts"
import { openExample, placeOf } from "./workspace.ts"

test("Insert Layer Snippet fills in the channels that arrive, in one step of undo", async () => {
  const editor = await openExample("lenet5.py")
  const { document } = editor
  const before = document.getText()
  const place = placeOf(document, "        x = F.max_pool2d(F.relu(self.conv2(x)), 2)", 8)
  editor.selection = new vscode.Selection(place, place)
  await vscode.commands.executeCommand("layerscope.insertLayerSnippet", "Convolution (PyTorch)")
  await until(() => document.getText() !== before, "the snippet")
  assert.match(document.getText(), /nn\.Conv2d\(6, 64, kernel_size=3/)
  await vscode.commands.executeCommand("leaveSnippet")
  await vscode.commands.executeCommand("undo")
  assert.equal(document.getText(), before)
})
