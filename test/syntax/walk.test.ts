// Going through a tree by place.

import assert from "node:assert/strict"
import { test } from "node:test"
import { languageOf, parseExpression } from "../../src/syntax/parse.ts"
import { nodeAt } from "../../src/syntax/walk.ts"
import { read } from "./bare.ts"

const kindsAt = (text: string, mark: string) => nodeAt(read(text), text.indexOf(mark)).map(({ kind }) => kind)

test("the chain of nodes around an offset", () => {
  const text = "class A:\n    @cached\n    def f(self, x=size):\n        y = self.conv({'k': deep[0]})\n"
  assert.deepEqual(kindsAt(text, "deep"), [
    "classDeclaration",
    "class",
    "functionDeclaration",
    "function",
    "assign",
    "call",
    "argument",
    "dictionary",
    "subscript",
    "name",
  ])
  assert.deepEqual(kindsAt(text, "cached"), ["classDeclaration", "class", "functionDeclaration", "name"])
  assert.deepEqual(kindsAt(text, "size"), ["classDeclaration", "class", "functionDeclaration", "function", "parameter", "name"])
  assert.deepEqual(kindsAt(text, "\n    @"), ["classDeclaration", "class"])
})

test("the end of a node still belongs to it", () => {
  assert.deepEqual(
    nodeAt(read("abc"), 3).map(({ kind }) => kind),
    ["expression", "name"],
  )
  assert.deepEqual(nodeAt(read("abc"), 4), [])
})

test("one expression from a user", () => {
  assert.equal(parseExpression(" resnet50(num_classes=10)\n", "python").expression?.kind, "call")
  assert.equal(parseExpression("model.predict(x)", "javascript").expression?.kind, "call")
  for (const text of ["", "a b", "f(", "x = 1", "f()\ng()"]) assert.equal(parseExpression(text, "python").expression, undefined, text)
})

test("languages by file name", () => {
  assert.deepEqual(["a/b.py", "C:\\x.PYI", "n.ipynb", "a.mjs", "a.tsx", "a.md", "py"].map(languageOf), [
    "python",
    "python",
    "python",
    "javascript",
    "typescript",
    undefined,
    undefined,
  ])
})
