/** The Models view: every model of the workspace, with numbers that are right, sorted, filtered, compared and exported. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { ask, until } from "./driver.ts"
import { test } from "./harness.ts"
import { withText } from "./workspace.ts"

const sidebar = () => ask({ kind: "text", place: "workbench", selector: ".part.sidebar" })

async function exported(): Promise<string[]> {
  await vscode.commands.executeCommand("layerscope.models.exportCsv")
  const { document } = vscode.window.activeTextEditor ?? {}
  assert.equal(document?.languageId === "csv" || document?.isUntitled, true)
  const lines = document?.getText().trimEnd().split("\n") ?? []
  await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
  return lines
}

const TINY = `import torch.nn as nn

class TinyNet(nn.Module):
    # layerscope: input (1, 3)
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 5)

    def forward(self, x):
        return self.fc(x)
`

test("the Models view lists every model of the workspace, exports it, and follows the files", async () => {
  await vscode.commands.executeCommand("layerscope.models.focus")
  await until(async () => /\d+ models by parameters/i.test(await sidebar()), "the list of models")
  await ask({ kind: "screenshot", name: "models" })
  const lines = await exported()
  const lineOf = (name: string): string => lines.find((line) => line.startsWith(`${name},`)) ?? lines.join("\n")
  assert.match(lineOf("LeNet5"), /^LeNet5,LeNet5,torch,lenet5\.py,,\d+,61706,416520,246824,\d+,"\(1, 1, 32, 32\)",stated/)
  assert.match(lineOf("GPT"), /gpt\.py,,\d+,26496384,/)
  const sizes = lines.slice(1).map((line) => Number(/\.(?:py|js|ts|ipynb),\d*,\d+,(\d+)/.exec(line)?.[1] ?? 0))
  assert.deepEqual(
    sizes,
    sizes.toSorted((one, other) => other - one),
  )
  for (const file of ["sequential_tfjs.js", "functional_tfjs.ts", "notebook.ipynb"]) assert(lines.join("\n").includes(file), file)

  await vscode.commands.executeCommand("layerscope.models.filter", "params<100 tiny")
  await withText("tiny.py", TINY, async () => {
    await until(async () => /TinyNet/.test(await sidebar()), "the new file's model")
    const [, tiny] = await exported()
    assert.match(tiny ?? "", /^TinyNet,TinyNet,torch,tiny\.py,,3,20,15,80,/)
  })
  await until(async () => !/TinyNet/.test(await sidebar()), "the deleted file's model to go")
  await vscode.commands.executeCommand("layerscope.models.clearFilter")
  await vscode.commands.executeCommand("workbench.view.explorer")
})
