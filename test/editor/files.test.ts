// Files that only the editor can read: what is missing is pending, asked for, and the analysis goes on with it. Of several folders each finds its own modules.
import assert from "node:assert/strict"
import { test } from "node:test"
import { openAnalysis } from "../../src/editor/analysis.ts"
import type { FoundFiles, WantedFiles } from "../../src/editor/protocol.ts"
import { pathOf, uriOf } from "../../src/editor/uris.ts"

const SETTINGS = {
  folders: ["memory:/first", "memory:/second"],
  importPaths: [],
  timeLimit: 10,
  showsLenses: true,
  showsHints: true,
  theme: "dark",
  levels: {},
  hasPanel: true,
} as const

const widthIn = (size: number) => `import torch.nn as nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, ${size})

    def forward(self, x):
        return self.fc(x)
`

const MAIN = `import torch
from block import Block

model = Block()
y = model(torch.zeros(1, 4))
`

const FILES: Readonly<Record<string, string>> = {
  "memory:/first/block.py": widthIn(3),
  "memory:/second/block.py": widthIn(7),
  "memory:/first/scripts/run.py": MAIN,
  "memory:/second/scripts/run.py": MAIN,
}

function read({ texts, folders }: WantedFiles): FoundFiles {
  const below = (folder: string) => {
    const names = Object.keys(FILES).flatMap((uri) => (uri.startsWith(`${folder}/`) ? [uri.slice(folder.length + 1)] : []))
    return [...new Set(names.map((name) => name.split("/")[0] as string))].map(
      (name) => [name, FILES[`${folder}/${name}`] === undefined ? "folder" : "file"] as const,
    )
  }
  return { texts: texts.map((uri) => [uri, FILES[uri] ?? null]), folders: folders.map((uri) => [uri, below(uri)]) }
}

/** As the server asks: again, until nothing is wanted any more. */
function lensesOf(uri: string, text = FILES[uri] as string) {
  const answers = openAnalysis(undefined)
  answers.settings(SETTINGS)
  let rounds = 0
  for (let wanted: WantedFiles | undefined; ; rounds++) {
    answers.submit({ uri, path: pathOf(uri), language: "python", text, slot: 0, ticket: 0 })
    wanted = answers.wanted()
    if (!wanted) break
    assert.ok(rounds < 20, JSON.stringify(wanted))
    answers.supply(read(wanted))
  }
  return { rounds, titles: answers.lenses({ uri }).map(({ title }) => title) }
}

test("imports of a file system without paths are fetched, and each folder of a workspace finds its own", () => {
  const first = lensesOf("memory:/first/scripts/run.py")
  assert.ok(first.rounds > 1)
  assert.match(first.titles.join("\n"), /15 params[\s\S]*\(1, 4\) → \(1, 3\)/)
  assert.match(lensesOf("memory:/second/scripts/run.py").titles.join("\n"), /35 params[\s\S]*\(1, 4\) → \(1, 7\)/)
})

test("what lies nowhere is absent, and nothing outside of the folders is asked for", () => {
  const answers = openAnalysis(undefined)
  answers.settings(SETTINGS)
  const uri = "memory:/first/scripts/run.js"
  const text = 'const other = require("../../secret/other.js")\nconst beside = require("./nowhere.js")\n'
  const asked: string[] = []
  for (let rounds = 0; rounds < 20; rounds++) {
    answers.submit({ uri, path: pathOf(uri), language: "javascript", text, slot: 0, ticket: 0 })
    const wanted = answers.wanted()
    if (!wanted) break
    asked.push(...wanted.texts, ...wanted.folders)
    answers.supply(read(wanted))
  }
  assert.ok(asked.includes("memory:/first/scripts"), asked.join(" "))
  assert.ok(
    asked.every((path) => /^memory:\/(first|second)/.test(path)),
    asked.join(" "),
  )
})

test("a path of another file system is its URI in one spelling", () => {
  assert.equal(pathOf("memory:/a%20b/caf%C3%A9.py"), "memory:/a%20b/caf%C3%A9.py")
  assert.equal(uriOf(pathOf("vscode-vfs://github/owner/name/model.py")), "vscode-vfs://github/owner/name/model.py")
  assert.equal(uriOf(pathOf("memory:/")), "memory:/")
  assert.equal(pathOf("file:///project/a%20b.py"), "/project/a b.py")
  assert.match(pathOf("untitled:Untitled-1"), /^\/untitled\//)
})
