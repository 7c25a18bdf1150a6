// `layerscope lsp --stdio` is a whole language server for editors that know nothing of us: every word goes over real pipes.
import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { fileURLToPath, pathToFileURL } from "node:url"
import { PlainClient } from "../lsp/client.ts"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "layerscope lsp "))
const uri = pathToFileURL(join(folder, "model.py")).href

const TEXT = `import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        x = self.conv(x)
        x = x.mean((2, 3))
        return self.head(x)

Net()(torch.zeros(1, 3, 32, 32))
`
const WRONG = TEXT.replace("nn.Linear(8, 10)", "nn.Linear(9, 10)")

interface Diagnostics {
  readonly uri: string
  readonly diagnostics: readonly { readonly code: string; readonly severity: number; readonly range: { start: { line: number } } }[]
}

const textDocument = { uri }
const at = (text: string) => {
  const before = TEXT.slice(0, TEXT.indexOf(text)).split("\n")
  return { line: before.length - 1, character: (before.at(-1) as string).length }
}
const everything = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }
const problems = (client: PlainClient, isMeant: (found: Diagnostics) => boolean = () => true) =>
  client.told<Diagnostics>("textDocument/publishDiagnostics", (found) => found.uri === uri && isMeant(found))

const started: PlainClient[] = []
function start(environment: Record<string, string> = {}): PlainClient {
  const client = new PlainClient(environment)
  started.push(client)
  return client
}

before(() => {
  const build = spawnSync(process.execPath, ["src/build.mjs"], { cwd: REPOSITORY, encoding: "utf8" })
  assert.equal(build.status, 0, build.stderr)
})
after(() => {
  for (const { process: child } of started) child.kill()
})

test("a session from initialize to exit", async () => {
  const client = start()
  const { capabilities } = await client.initialize(folder)
  for (const name of ["hoverProvider", "codeLensProvider", "inlayHintProvider", "codeActionProvider", "textDocumentSync"])
    assert.ok(name in capabilities, name)

  const clean = problems(client)
  client.open(uri, TEXT)
  assert.deepEqual((await clean).diagnostics, [])

  const hover = await client.request<{ contents: { kind: string; value: string } }>("textDocument/hover", {
    textDocument,
    position: at("Conv2d(3"),
  })
  assert.equal(hover.contents.kind, "markdown")
  assert.match(hover.contents.value, /224/)
  // No link to commands, no picture: this editor has neither.
  assert.doesNotMatch(hover.contents.value, /command:|data:image/)

  const lenses = await client.request<{ command: { title: string; command: string } }[]>("textDocument/codeLens", { textDocument })
  assert.deepEqual(lenses[0]?.command, { title: "Net · 314 params · 194,480 MACs · (1, 3, 32, 32) → (1, 10)", command: "" })
  assert.ok(lenses.every(({ command }) => command.command === ""))

  const hints = await client.request<{ label: string; position: { line: number } }[]>("textDocument/inlayHint", {
    textDocument,
    range: everything,
  })
  assert.deepEqual(
    hints.map(({ label, position }) => [position.line, label]),
    [
      [10, "(1, 8, 30, 30)"],
      [11, "(1, 8)"],
      [12, "(1, 10)"],
    ],
  )

  // One keystroke, sent as the editor sees it.
  const broken = problems(client, ({ diagnostics }) => diagnostics.length > 0)
  const place = at("8, 10)")
  client.notify("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: place, end: { ...place, character: place.character + 1 } }, text: "9" }],
  })
  const { diagnostics } = await broken
  assert.deepEqual(
    diagnostics.map(({ code, severity, range }) => [code, severity, range.start.line]),
    [["feature-mismatch", 1, at("self.head(x)").line]],
  )

  const actions = await client.request<{ title: string; kind: string; edit: { changes: Record<string, { newText: string }[]> } }[]>(
    "textDocument/codeAction",
    { textDocument, range: diagnostics[0]?.range, context: { diagnostics, triggerKind: 1 } },
  )
  assert.equal(actions[0]?.kind, "quickfix")
  assert.deepEqual(
    actions[0]?.edit.changes[uri]?.map(({ newText }) => newText),
    ["8"],
  )

  assert.equal(await client.shutdown(), 0)
  assert.equal(client.noise, "")
})

test("settings come when the server starts and when they change, in the names of VS Code's", async () => {
  const client = start()
  await client.initialize(folder, { layerscope: { rules: { "feature-mismatch": "hint" }, codeLens: { enabled: false } } })
  const first = problems(client)
  client.open(uri, WRONG)
  assert.equal((await first).diagnostics[0]?.severity, 4)
  assert.deepEqual(await client.request("textDocument/codeLens", { textDocument }), [])
  const second = problems(client, ({ diagnostics }) => diagnostics.length === 0)
  client.notify("workspace/didChangeConfiguration", { settings: { layerscope: { rules: { "feature-mismatch": "off" } } } })
  await second
  assert.notDeepEqual(await client.request("textDocument/codeLens", { textDocument }), [])
  await client.shutdown()
})

test("an editor that wants to be asked for its settings and files is asked", async () => {
  const client = start()
  await client.initialize(folder, undefined, {
    workspace: {
      configuration: true,
      didChangeConfiguration: { dynamicRegistration: true },
      didChangeWatchedFiles: { dynamicRegistration: true },
    },
  })
  client.open(uri, TEXT)
  await problems(client)
  const asked = () => client.heard.filter(({ method }) => method === "client/registerCapability").length
  assert.equal(asked(), 2)
  const configured = client.told("workspace/configuration")
  client.notify("workspace/didChangeConfiguration", { settings: null })
  await configured
  await client.shutdown()
})

test("who types sees the hints of the line at once, and is told to ask again when the file is analysed", async () => {
  const client = start()
  await client.initialize(folder, undefined, { workspace: { inlayHint: { refreshSupport: true } } })
  const hints = () => client.request<readonly { label: string }[]>("textDocument/inlayHint", { textDocument, range: everything })
  client.open(uri, TEXT)
  await hints()
  const line = at("        return self.head(x)")
  const again = client.told("workspace/inlayHint/refresh")
  client.notify("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: line, end: line }, text: "        y = x.repeat(1, 5)\n" }],
  })
  assert.match(JSON.stringify(await hints()), /\(1, 40\)/)
  await again
  assert.match(JSON.stringify(await hints()), /\(1, 40\)/)
  await client.shutdown()
})

test("packages of the folder's own environment, or of the one the editor runs in, are read", async () => {
  for (const [environment, variables] of [
    [join(folder, ".venv"), {}],
    [join(folder, "elsewhere"), { VIRTUAL_ENV: join(folder, "elsewhere") }],
  ] as const) {
    const packages = join(environment, "lib", "python3.12", "site-packages")
    mkdirSync(packages, { recursive: true })
    writeFileSync(join(packages, "blocks.py"), "import torch.nn as nn\n\ndef head():\n    return nn.Linear(3, 7)\n")
    const client = start(variables)
    await client.initialize(folder)
    client.open(uri, "import torch\nfrom blocks import head\n\ny = head()(torch.zeros(2, 3))\n")
    const hover = await client.request<{ contents: { value: string } }>("textDocument/hover", {
      textDocument,
      position: { line: 3, character: 0 },
    })
    assert.match(hover.contents.value, /2, 7/)
    await client.shutdown()
  }
})

test("an editor that dies takes the server with it", async () => {
  const client = start()
  await client.initialize(undefined)
  client.process.stdin.end()
  assert.equal(await client.exited, 1)
})

test("without --stdio the command says what to write", () => {
  const { status, stderr } = spawnSync(process.execPath, ["dist/cli.js", "lsp"], { cwd: REPOSITORY, encoding: "utf8" })
  assert.equal(status, 2)
  assert.match(stderr, /layerscope lsp --stdio/)
})
