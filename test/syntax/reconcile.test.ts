// An edit that changes only layout or remarks moves the old tree's spans; any other leaves it alone.

import assert from "node:assert/strict"
import { test } from "node:test"
import { reconcile } from "../../src/syntax/reconcile.ts"
import { read } from "./bare.ts"

const before = "class A:\n    def f(self, x=1):\n        return g(x, k=f'{x:.2f}')  # why\n"

test("comments and blanks move spans in place, in the objects others hold", () => {
  const tree = read(before)
  const held = tree.body[0]?.span
  const after = `# a comment\n\n${before.replace("x=1", "x = 1").replace("# why", "# because")}`
  assert.equal(reconcile(tree, read(after)), true)
  assert.deepEqual(tree, read(after))
  assert.equal(tree.body[0]?.span, held)
})

test("parentheses are layout", () => {
  assert.equal(reconcile(read("x = a + b"), read("x = (a + b)")), true)
})

test("a changed value, name or order is none", () => {
  const edits = [
    before.replace("x=1", "x=2"),
    before.replace("k=", "j="),
    before.replace("g(x", "h(x"),
    before.replace(".2f", ".3f"),
    before.replace("return ", ""),
    before.replace("x=1", "x=1, y=2"),
    before.replace("x=1", "x=1."),
    before.replace("def", "async def"),
    `${before}\nx = 1`,
    before.replace("class A", "class A(B)"),
  ]
  for (const after of edits) {
    const tree = read(before)
    assert.equal(reconcile(tree, read(after)), false, after)
    assert.deepEqual(tree, read(before))
  }
})

test("comments addressed to us are code", () => {
  const text = "def f(x):  # layerscope: x (1, 3)\n    return x\n\ndef g(x):\n    return x\n"
  const same = text.replace("    return x", "\n    # hm\n    return x")
  assert.equal(reconcile(read(text), read(same)), true)
  const moved = text.replace("  # layerscope: x (1, 3)", "").replace("g(x):", "g(x):  # layerscope: x (1, 3)")
  for (const other of [
    text.replace("(1, 3)", "(1, 4)"),
    text.replace("  # layerscope: x (1, 3)", ""),
    moved,
    text.replace("  # lay", "\n    # lay"),
  ]) {
    assert.equal(reconcile(read(text), read(other)), false, other)
  }
})

test("a problem that came or went follows the new text", () => {
  const tree = read("x = 1\n")
  assert.equal(reconcile(tree, read("x = 1\n\n")), true)
  assert.equal(reconcile(read("x = f()\n"), read("x = f(\n")), false)
})
