// Whatever is typed, parsing answers, and a broken line costs only itself.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { parse } from "../../src/syntax/parse.ts"
import type { Node, Tree } from "../../src/syntax/tree.ts"
import { children } from "../../src/syntax/walk.ts"
import { sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"
import { bare, covered, read } from "./bare.ts"
import { snippets } from "./snippets.ts"

function example(name: string): string {
  return readFileSync(new URL(`../../media/examples/${name}`, import.meta.url), "utf8")
}

/** The text of every call outside functions' own names: what survives of a file. */
function calls(text: string, tree: Tree): string[] {
  const found: string[] = []
  const visit = (node: Node): void => {
    if (node.kind === "call") found.push(covered(text, node))
    children(node).forEach(visit)
  }
  tree.body.forEach(visit)
  return found
}

function checkSpans(text: string, tree: Tree): void {
  const visit = (node: Node): void => {
    const { start, end } = node.span
    assert.ok(0 <= start && start <= end && end <= text.length, `${node.kind} ${start}-${end} of ${text.length}`)
    children(node).forEach(visit)
  }
  tree.body.forEach(visit)
  for (const { span } of [...tree.problems, ...tree.comments])
    assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length)
}

describe("every prefix parses, with spans inside it", () => {
  for (const [title, source] of Object.entries(snippets)) {
    test(title, () => {
      for (const end of sampled([...Array(source.length + 1).keys()], 4)) {
        const prefix = source.slice(0, end)
        checkSpans(prefix, read(prefix))
      }
    })
  }
  for (const [name, language] of [
    ["gpt.py", "python"],
    ["functional_tfjs.ts", "typescript"],
  ] as const) {
    test(name, () => {
      const text = example(name)
      for (const end of sampled(
        [...Array(text.length + 1).keys()].filter((place) => place % 37 === 0),
        5,
      )) {
        const prefix = text.slice(0, end)
        checkSpans(prefix, parse(sourceFile(name, language, prefix)))
      }
    })
  }
})

describe("a broken line costs only itself", () => {
  const text = example("resnet.py")
  const intact = calls(text, read(text))
  const lines = text.split("\n")
  const at = lines.findIndex((line) => /^ {8}self\.\w+ = nn\./.test(line))
  for (const typed of [
    "self.conv = nn.Conv2d(3, ",
    "x = self.",
    "if x",
    "for i in",
    "y = 'abc",
    "z = {1: [2, (3",
    "def g(self, x",
    "print(f'{x",
    'doc = """',
  ]) {
    test(typed, () => {
      const broken = [...lines.slice(0, at), `        ${typed}`, ...lines.slice(at)].join("\n")
      const tree = read(broken)
      assert.ok(tree.problems.length > 0)
      assert.deepEqual(calls(broken, tree), intact)
    })
  }
})

describe("what is half typed is Broken, its parts kept", () => {
  test("an unclosed call", () => {
    const children = [
      { kind: "name", name: "f" },
      { kind: "number", value: 3, isFloat: false },
    ]
    assert.deepEqual(bare(read("x = f(3, \ny = 1").body), [
      { kind: "assign", targets: [{ kind: "name", name: "x" }], value: { kind: "broken", children } },
      { kind: "assign", targets: [{ kind: "name", name: "y" }], value: { kind: "number", value: 1, isFloat: false } },
    ])
  })

  test("an unclosed call in TypeScript", () => {
    const [declared] = read("const x = f(3, \nconst y = 1", "typescript").body
    assert.ok(declared?.kind === "declare")
    assert.equal(declared.value?.kind, "broken")
  })

  test("an unclosed triple quote is read as a comment", () => {
    const text = 'def f():\n    x = """\n    y = 1\n\ndef g():\n    """doc"""\n    return 2\n'
    const tree = read(text)
    assert.deepEqual(
      tree.body.map((statement) => statement.kind === "functionDeclaration" && statement.function.documentation),
      [undefined, "doc"],
    )
    assert.deepEqual(
      tree.problems.map((problem) => covered(text, problem)),
      ['"""', ...tree.problems.slice(1).map((problem) => covered(text, problem))],
    )
  })
})

describe("nesting without end is Broken, and ends no stack", () => {
  const cases: Record<string, string> = {
    brackets: `x = ${"[".repeat(5000)}${"]".repeat(5000)}`,
    parentheses: `x = ${"(".repeat(20000)}`,
    minuses: `x = ${"-".repeat(20000)}1`,
    "method calls": `x = a${".b()".repeat(5000)}`,
    sums: `x = ${"1 + ".repeat(20000)}1`,
    branches: `if a: pass\n${"elif b: pass\n".repeat(5000)}`,
    lambdas: `x = ${"lambda: ".repeat(5000)}1`,
    blocks: Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}if a:`).join("\n"),
  }
  for (const [title, source] of Object.entries(cases)) {
    test(title, () => {
      const tree = read(`${source}\n\nafter = 1\n`)
      assert.deepEqual(bare(tree.body.at(-1)), {
        kind: "assign",
        targets: [{ kind: "name", name: "after" }],
        value: { kind: "number", value: 1, isFloat: false },
      })
      const depth = (node: Node): number => 1 + Math.max(0, ...children(node).map(depth))
      assert.ok(Math.max(...tree.body.map(depth)) < 1000)
    })
  }
  test("in TypeScript", () => {
    for (const source of [`x = ${"[".repeat(20000)}`, `x = ${"1 + ".repeat(20000)}1`, `x = a${".b()".repeat(5000)}`, "{".repeat(20000)]) {
      assert.ok(read(source, "typescript").body.length > 0)
    }
  })
})

test("parsing again after each keystroke gives what parsing afresh gives", () => {
  const text = example("vgg.py")
  for (let end = 1; end <= text.length; end += 53) {
    const edited = `${text.slice(0, end)}${["x", "(3, ", "\n", '"""'][end % 4]}${text.slice(end)}`
    assert.deepEqual(parse(sourceFile("same.py", "python", edited)), parse(sourceFile(`other${end}.py`, "python", edited)))
  }
})

test("bytes that are no text at all", () => {
  let seed = 7
  const noise = Array.from({ length: 20000 }, () =>
    String.fromCharCode(((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 16) & 0xff),
  ).join("")
  for (const language of ["python", "typescript"] as const) checkSpans(noise, read(noise, language))
})
