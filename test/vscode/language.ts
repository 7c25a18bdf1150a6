/** What the language server shows in the editor: hovers, lenses, hints and problems. */

import assert from "node:assert/strict"
import * as vscode from "vscode"
import { until } from "./driver.ts"
import { test } from "./harness.ts"
import { openExample, placeOf, withText } from "./workspace.ts"

test("a hover on a layer shows its shapes, the formula with its numbers, MACs and links", async () => {
  const { document } = await openExample("lenet5.py")
  const text = await hoverAt(document, placeOf(document, "conv1 = nn", 2))
  for (const part of [
    "Conv2d",
    "(1, 1, 32, 32)",
    "(1, 6, 28, 28)",
    "5·5·1·6 \\+ 6 = 156",
    "117,600",
    "28.2% of LeNet5",
    "command:layerscope.explainLayer",
    "https://docs.pytorch.org/",
  ])
    assert(text.includes(part), `"${part}" is missing in:\n${text}`)
})

test("a hover on the call of a layer says the same", async () => {
  const { document } = await openExample("lenet5.py")
  const text = await hoverAt(document, placeOf(document, "self.conv2(x)", 7))
  assert.match(text, /\(1, 16, 10, 10\)/)
  assert.match(text, /240,000/)
})

test("a hover on a tensor shows its shape and where it came from", async () => {
  const { document } = await openExample("lenet5.py")
  const text = await hoverAt(document, placeOf(document, "x.view"))
  assert.match(text, /\(1, 16, 5, 5\)/)
  assert.match(text, /from\* `F\.max_pool2d/)
})

test("a lens above the model sums it up", async () => {
  const { document } = await openExample("lenet5.py")
  const lenses = await until(async () => {
    const found = await lensesOf(document.uri)
    return found.length > 0 ? found : undefined
  }, "code lenses")
  const line = placeOf(document, "class LeNet5").line
  const titles = lenses.filter(({ range }) => range.start.line === line).map(({ command }) => command?.title)
  assert.deepEqual(titles, [
    "LeNet5 · 61,706 params · 416,520 MACs · (1, 1, 32, 32) → (1, 10)",
    "Explain",
    "Plain CNN · 2 convolutions, 3 fully connected · 61,706 parameters",
  ])
})

test("hints show the shape after each step", async () => {
  const { document } = await openExample("lenet5.py")
  const whole = new vscode.Range(0, 0, document.lineCount, 0)
  const hints = await until(async () => {
    const found = (await vscode.commands.executeCommand("vscode.executeInlayHintProvider", document.uri, whole)) as vscode.InlayHint[]
    return found.length > 0 ? found : undefined
  }, "inlay hints")
  const forward = placeOf(document, "def forward").line
  const shown = hints.filter(({ position }) => position.line > forward && position.line <= forward + 6).map(({ label }) => label)
  assert.deepEqual(shown, ["(1, 6, 14, 14)", "(1, 16, 5, 5)", "(1, 400)", "(1, 120)", "(1, 84)", "(1, 10)"])
})

const MISMATCH = `import torch
from torch import nn

class Broken(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3)
        self.next = nn.Conv2d(16, 8, 3)

    def forward(self, x):
        return self.next(self.stem(x))

Broken()(torch.zeros(1, 3, 32, 32))
`

test("a mismatch is a problem on the right line, with the other place and a fix", () =>
  withText("broken.py", MISMATCH, async (document) => {
    const [problem] = await until(async () => {
      const found = ours(document.uri)
      return found.length > 0 ? found : undefined
    }, "the problem")
    assert(problem)
    assert.equal(problem.range.start.line, placeOf(document, "return self.next").line)
    assert.match(problem.message, /Conv2d `next` expects 16 channels, got 8/)
    assert.equal(problem.relatedInformation?.[0]?.location.range.start.line, placeOf(document, "self.next = ").line)
    const actions = (await vscode.commands.executeCommand(
      "vscode.executeCodeActionProvider",
      document.uri,
      problem.range,
    )) as vscode.CodeAction[]
    const fix = actions.find(({ title }) => title === "Set in_channels to 8")
    assert(fix?.edit, `no fix among ${actions.map(({ title }) => title).join(", ")}`)
    await vscode.workspace.applyEdit(fix.edit)
    assert.match(document.getText(), /self\.next = nn\.Conv2d\(8, 8, 3\)/)
    await until(() => errorsOf(document.uri).length === 0, "the problem to go")
  }))

const DOUBLED = `import torch
from torch import nn

model = nn.Sequential(nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 36, 4), nn.Softmax(dim=1))
loss = nn.CrossEntropyLoss()(model(torch.zeros(2, 16, 8, 8)), torch.tensor([0, 1]))
`

test("a hint on practice links to its rule's page, is mended by a fix, and is silenced by a comment", () =>
  withText("doubled.py", DOUBLED, async (document) => {
    const hint = await until(async () => ours(document.uri)[0], "the hint")
    assert.equal(hint.severity, vscode.DiagnosticSeverity.Hint)
    const code = hint.code as { value: string; target: vscode.Uri }
    assert.equal(code.value, "double-softmax")
    assert.equal(code.target.path, "/rules/double-softmax")
    const page = await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: "layerscope-rule", path: "/double-softmax.md" }))
    assert.match(page.getText(), /## Why it matters/)
    const actions = await actionsAt(document, hint.range)
    const fix = actions.find(({ title }) => title === "Remove the activation")
    assert(fix?.edit, `no fix among ${actions.map(({ title }) => title).join(", ")}`)
    await vscode.workspace.applyEdit(fix.edit)
    assert.match(document.getText(), /nn\.Linear\(32 \* 36, 4\)\)/)
    await until(() => ours(document.uri).length === 0, "the hint to go")
  }))

test("a convolution can be made depthwise-separable", () =>
  withText("separable.py", DOUBLED, async (document) => {
    await until(async () => ours(document.uri)[0], "the analysis")
    const place = placeOf(document, "nn.Conv2d", 4)
    const actions = await actionsAt(document, new vscode.Range(place, place))
    const action = actions.find(({ title }) => /^Use depthwise-separable here \(−8\d % MACs\)$/.test(title))
    assert(action?.edit, `no refactoring among ${actions.map(({ title }) => title).join(", ")}`)
    await vscode.workspace.applyEdit(action.edit)
    assert.match(document.getText(), /nn\.Conv2d\(16, 16, 3, groups=16, bias=False\), nn\.Conv2d\(16, 32, 1\)/)
  }))

const errorsOf = (uri: vscode.Uri) => ours(uri).filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint)

const actionsAt = async (document: vscode.TextDocument, range: vscode.Range) =>
  (await vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, range)) as vscode.CodeAction[]

test("the examples have no problems", async () => {
  for (const name of ["lenet5.py", "vgg.py", "resnet.py", "vae.py", "gpt.py", "captioner.py", "inception_keras.py", "sequential_tfjs.js"]) {
    const { document } = await openExample(name)
    await hoverAt(document, new vscode.Position(0, 0), false)
    await vscode.commands.executeCommand("vscode.executeCodeLensProvider", document.uri, 10)
    assert.deepEqual(
      errorsOf(document.uri).map(({ message }) => message),
      [],
      name,
    )
  }
})

const UNFED = `import torch.nn as nn

class Unfed(nn.Module):
    # layerscope: input (2, 3, 40, 40)
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        return self.conv(x)
`

test("a comment states the input of a model nobody calls", () =>
  withText("unfed.py", UNFED, async (document) => {
    const text = await hoverAt(document, placeOf(document, "self.conv(x)", 6))
    assert.match(text, /\(2, 3, 40, 40\).*\(2, 4, 38, 38\)/)
  }))

const ours = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "Layerscope")

/** All hovers' markdown at a place; the first answer may come before the server is up. */
async function hoverAt(document: vscode.TextDocument, position: vscode.Position, isExpected = true): Promise<string> {
  const ask = async (): Promise<string> => {
    const hovers = (await vscode.commands.executeCommand("vscode.executeHoverProvider", document.uri, position)) as vscode.Hover[]
    return hovers.flatMap(({ contents }) => contents.map((content) => (typeof content === "string" ? content : content.value))).join("\n")
  }
  return isExpected ? until(ask, "a hover") : ask()
}

test("a notebook's cells see each other", async () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri
  assert(folder)
  const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(folder, "notebook.ipynb"))
  const index = notebook
    .getCells()
    .findIndex(({ document }) => document.languageId === "python" && document.getText().includes("def forward"))
  assert(index >= 0, "the notebook has no model")
  // Cells out of sight have no editor, and without one VS Code asks nothing.
  await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(index, index + 1)] })
  const { uri } = notebook.cellAt(index).document
  const lenses = await until(async () => {
    const found = await lensesOf(uri).catch(() => [])
    return found.length > 0 ? found : undefined
  }, "code lenses in the cell")
  assert.match(lenses[0]?.command?.title ?? "", /params/)
})

const lensesOf = async (uri: vscode.Uri) =>
  (await vscode.commands.executeCommand("vscode.executeCodeLensProvider", uri, 10)) as vscode.CodeLens[]
