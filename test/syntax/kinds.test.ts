// The numbers copied from pyright's ambient enums are those of the running library.

import assert from "node:assert/strict"
import { createRequire } from "node:module"
import { test } from "node:test"
import { constantKeywords, nodeKind, operatorTexts, stringFlag, tokenKind } from "../../src/syntax/python/kinds.ts"
import { only } from "./bare.ts"

const require = createRequire(import.meta.url)
const runtime: Record<string, Record<string, number>> = {
  ...require("@zzzen/pyright-internal/dist/parser/parseNodes.js"),
  ...require("@zzzen/pyright-internal/dist/parser/tokenizerTypes.js"),
}

function compare(ours: Record<string, number>, theirs: string): void {
  for (const [name, value] of Object.entries(ours)) {
    const capital = name[0]?.toUpperCase() + name.slice(1)
    assert.equal(runtime[theirs]?.[capital], value, `${theirs}.${capital}`)
  }
}

test("node kinds", () => compare(nodeKind, "ParseNodeType"))
test("token kinds", () => compare(tokenKind, "TokenType"))
test("string flags", () => compare(stringFlag, "StringTokenFlags"))

test("keywords", () => {
  for (const [value, name] of Object.entries(constantKeywords))
    assert.equal(runtime.KeywordType?.[name.replaceAll("_", "").replace("debug", "Debug")], Number(value))
})

test("operators", () => {
  for (const operator of ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>"]) {
    const node = only(`a ${operator} b`)
    assert.equal(node.kind === "binary" && node.operator, operator)
  }
  for (const operator of ["<", "<=", ">", ">=", "==", "!=", "in", "not in", "is", "is not"]) {
    const node = only(`a ${operator} b`)
    assert.equal(node.kind === "compare" && node.operators[0], operator)
  }
  assert.equal(operatorTexts.length, Object.keys(runtime.OperatorType ?? {}).length / 2)
})
