// CONTRIBUTING.md teaches by what is there: its files exist, its commands run, and its examples are the code they name.
import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { test } from "node:test"
import { fileURLToPath } from "node:url"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8")
const text = read("CONTRIBUTING.md")
const paths = [...text.matchAll(/`((?:src|test|l10n|media)\/[\w./-]+|[\w.-]+\.(?:md|json))`/g)].map(([, path]) => path as string)

test("every file and folder it names exists", () => {
  assert.ok(paths.length > 10)
  assert.deepEqual(
    paths.filter((path) => !existsSync(join(ROOT, path))),
    [],
  )
})

test("every command it names is a script", () => {
  const { scripts } = JSON.parse(read("package.json"))
  const commands = [...text.matchAll(/`npm run ([\w:]+)`/g)].map(([, name]) => name as string)
  assert.deepEqual(
    commands.filter((name) => !(name in scripts)),
    [],
  )
})

test("every example is what stands in the file named before it", () => {
  for (const { index, 1: example = "" } of text.matchAll(/```\w+\n([\s\S]*?)```/g)) {
    const [path = ""] = [...text.slice(0, index).matchAll(/`((?:src|test)\/[\w./-]+\.\w+)`/g)].map(([, named]) => named).slice(-1)
    assert.ok(read(path).includes(example.trimEnd()), `${path} does not hold\n${example}`)
  }
})
