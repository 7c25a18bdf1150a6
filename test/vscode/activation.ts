/** The extension is there, under its own name, and wakes up for model code. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { ask, until } from "./driver.ts"
import { test } from "./harness.ts"
import { openExample } from "./workspace.ts"

test("the extension activates when a Python file opens", async () => {
  const extension = vscode.extensions.getExtension("layerscope.layerscope")
  assert(extension, "layerscope is not installed")
  await openExample("lenet5.py")
  await until(() => extension.isActive, "the extension's activation")
})

test("the driver sees the workbench", async () => {
  await openExample("lenet5.py")
  await until(
    async () => (await ask({ kind: "text", place: "workbench", selector: ".monaco-editor" })).includes("class"),
    "the file in the window",
  )
  await ask({ kind: "screenshot", name: "workbench" })
})
