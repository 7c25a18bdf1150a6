/** Reading bodies of functions only when they are asked for changes nothing of what is read. */
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { test } from "node:test"
import fc from "fast-check"
import { parse, parseImported } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"
import { tries } from "../sampling.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)
const bodyOf = (read: typeof parse, text: string) => JSON.parse(JSON.stringify(read(sourceFile("file.py", "python", text)).body))

const texts = new Map<string, string>(
  readdirSync(EXAMPLES)
    .filter((name) => name.endsWith(".py"))
    .map((name) => [name, readFileSync(new URL(name, EXAMPLES), "utf8")]),
)

const LONG = "some_rather_long_name = another_name(first_argument, second_argument, third_argument)"
const ODD: Readonly<Record<string, string>> = {
  "a body on the line of its def": `def f(): return 1\ndef g(a):\n    ${LONG}\n`,
  "an async method with a docstring in column 0": `class A:\n  async def f(self):\n    """\nText\n    def g():\n"""\n    await ${LONG.slice(25)}\n`,
  "a generator": `def f():\n    ${LONG}\n    yield 1\n\ndef g():\n    ${LONG}\n`,
  "comments less indented than the body": `def f():\n    ${LONG}\n# here\n    return 1\n# there\nx = 1\n`,
  "a def within an if, with an else": `if a:\n    def f():\n        ${LONG}\nelse:\n    def f():\n        return ${LONG.slice(25)}\n`,
  "brackets over lines, tabs, backslashes": `def f(\n  a,\n  b=(1,\n2)):\n\tx = [\n1,\n]\n\ty = 1 + \\\n2\n\t${LONG}\n`,
  "decorators and nested functions": `@wraps(lambda: 1)\ndef f(a: int = 3, *b) -> str:\n    def g():\n        ${LONG}\n    return g\n`,
  "nothing behind the colon": `def f():\n\ndef g():\n    ${LONG}\n`,
  "a bracket that is never closed": `def f():\n    x = (1,\n    ${LONG}\n\ndef g():\n    ${LONG}\n`,
  "a long list of names": `names = [\n    "a#b",\n    'it"s',\n  ${'"a longer one", '.repeat(200)}]\n\nx = 1\n`,
  "a long list with a forgotten comma": `names = ["a" "b", ${'"a longer one", '.repeat(200)}"c"\n"d"]\n`,
  "a long list with a comment and an escape": `names = ["a", # "b",\n"\\n", ${'"a longer one", '.repeat(200)}]\n`,
  "a long list that goes on": `names = [${'"a longer one", '.repeat(200)}] + ["b"]\n`,
  "a long tuple of names with other things": `names = [${'"a longer one", '.repeat(200)}2]\n`,
  "documentation, and a long text joined with another": `class A:\n    """${LONG}"""\n    b = """${LONG}""" "c"\n    d = f"""${LONG}"""\n    e = """${LONG}\\n"""\n`,
  "Windows' line ends": `def f():\r\n    ${LONG}\r\n    return 1\r\n\r\nx = 1\r\n`,
}

for (const [name, text] of [...texts, ...Object.entries(ODD)])
  test(`${name}: the same statements`, () => {
    assert.deepEqual(bodyOf(parseImported, text), bodyOf(parse, text))
  })

test("whatever is cut out of a file, the statements are the same", () => {
  const all = [...texts.values()].join("\n")
  fc.assert(
    fc.property(fc.nat(all.length), fc.integer({ min: 1, max: 3000 }), fc.nat(400), (start, length, hole) => {
      const piece = all.slice(start, start + length)
      const text = piece.slice(0, length - hole) + piece.slice(length)
      const whole = parse(sourceFile("file.py", "python", text))
      // Of broken statements the ends may differ.
      if (whole.problems.length === 0) assert.deepEqual(bodyOf(parseImported, text), bodyOf(parse, text))
      else bodyOf(parseImported, text)
    }),
    { numRuns: tries(150, 5), seed: 3 },
  )
})
