/** Statements that are taken over from the tree before a keystroke are what parsing afresh gives, wherever they have moved. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"

const text = ["vgg", "lenet5"].map((name) => readFileSync(new URL(`../../media/examples/${name}.py`, import.meta.url), "utf8")).join("\n")
const lines = text.split("\n")
const fresh = (edited: string, name: string) => parse(sourceFile(name, "python", edited))

test("edit after edit, and back, gives what parsing afresh gives", () => {
  let last = fresh(text, "typed.py")
  for (let at = 0; at < lines.length; at += 11) {
    const line = lines[at] ?? ""
    const edits = [[`${line} # remark`], [], [line, "", line], ["x = (3"], [line]]
    for (const [index, edit] of edits.entries()) {
      const edited = lines.toSpliced(at, 1, ...edit).join("\n")
      last = parse(sourceFile("typed.py", "python", edited), last)
      assert.deepEqual(last, fresh(edited, `afresh${index}.py`))
    }
  }
})

test("a statement that stands twice is taken over once for each", () => {
  const twice = parse(sourceFile("twice.py", "python", "x = f(1)\nx = f(1)\n"))
  const again = parse(sourceFile("twice.py", "python", "y = 2\nx = f(1)\nx = f(1)\nx = f(1)\n"), twice)
  assert.equal(new Set(again.body).size, 4)
  assert.equal(twice.body.filter((statement) => again.body.includes(statement)).length, 2)
  assert.deepEqual(again, fresh("y = 2\nx = f(1)\nx = f(1)\nx = f(1)\n", "afresh.py"))
})
