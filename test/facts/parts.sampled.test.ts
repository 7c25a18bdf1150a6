/** A file that is typed into says the same as one that is opened: parts a keystroke does not touch keep their facts, at their new places. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { openAnalysis } from "../../src/editor/analysis.ts"
import { analyze } from "../../src/facts/analyze.ts"
import { hintsIn } from "../../src/facts/hints.ts"
import { lensesOf } from "../../src/facts/lenses.ts"
import { patternLensesOf } from "../../src/facts/pattern-lenses.ts"
import { problemsOf } from "../../src/facts/problems.ts"
import { independentParts } from "../../src/facts/parts/split.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)
const example = (name: string): string => readFileSync(new URL(`${name}.py`, EXAMPLES), "utf8")

const SETTINGS = {
  folders: [],
  importPaths: [],
  timeLimit: 60,
  showsLenses: true,
  showsHints: true,
  theme: "dark",
  levels: {},
  hasPanel: true,
} as const
const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 100_000, character: 0 } }

const sorted = (facts: readonly unknown[]) => facts.map((fact) => JSON.stringify(fact)).sort()

/** The editor's thread, told one text after the other. */
function opened(): (text: string) => unknown {
  const answers = openAnalysis(new Int32Array(1))
  answers.settings(SETTINGS)
  const uri = "file:///typed.py"
  return (text) => {
    answers.submit({ uri, path: "/typed.py", language: "python", text, slot: 0, ticket: 0 })
    const hints = answers.hints({ uri, range: EVERYWHERE })
    return { lenses: sorted(answers.lenses({ uri })), problems: sorted(answers.problems({ uri })), hints: sorted(hints) }
  }
}

/** The same facts of the file as a whole. */
function whole(text: string): unknown {
  const budget = { fuel: Number.MAX_SAFE_INTEGER, cancelled: () => false }
  const analysis = analyze(sourceFile("file:///typed.py", "python", text), "/typed.py", memoryHost({}), { budget })
  const lenses = [...lensesOf(analysis), ...patternLensesOf(analysis)]
  return { lenses: sorted(lenses), problems: sorted(problemsOf(analysis)), hints: sorted(hintsIn(analysis)) }
}

/** What is told of a text that was typed, step by step, is what is told of it when it is read as a whole. */
function assertSame(texts: readonly string[]): void {
  const typed = opened()
  texts.forEach((text, step) => void assert.deepEqual(typed(text), whole(text), `after step ${step}`))
}

const partsOf = (text: string): string[] | undefined => {
  const file = sourceFile("file:///parts.py", "python", text)
  return independentParts(file, parse(file))?.map(({ statements }) =>
    statements.flatMap((each) => (each.kind === "classDeclaration" ? [each.class.name] : [])).join(" "),
  )
}

const NETWORK = (name: string, more = "") => `
class ${name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 4)
    def forward(self, x):
        return self.layer(x)
${more}`
const HEAD = "import torch\nfrom torch import nn\n"

test("classes that share no name are parts of their own; helpers that keep nothing are copied", () => {
  assert.deepEqual(partsOf(HEAD + NETWORK("One") + NETWORK("Two")), ["One", "Two"])
  const helper = "def width(n):\n    return n * 2\n"
  const named = (name: string) => NETWORK(name).replace("8", "width(4)")
  assert.deepEqual(partsOf(HEAD + helper + named("One") + named("Two")), ["One", "Two"])
  assert.deepEqual(partsOf(`${HEAD}WIDTH = 8\n${NETWORK("One").replace("8", "WIDTH")}${NETWORK("Two").replace("8", "WIDTH")}`), [
    "One",
    "Two",
  ])
})

test("a name that is bound anew ends what was read of it before", () => {
  const used = (name: string) => `${NETWORK(name)}model = ${name}()\nprint(model)\n`
  assert.deepEqual(partsOf(HEAD + used("One") + used("Two")), ["One", "Two"])
  const main = (name: string) => `${NETWORK(name)}if __name__ == "__main__":\n    model = ${name}()\n    print(model)\n`
  assert.deepEqual(partsOf(HEAD + main("One") + main("Two")), ["One", "Two"])
})

const TOGETHER: Readonly<Record<string, string>> = {
  "a table that is filled": `${HEAD}table = {}\n${NETWORK("One", "table['one'] = One\n")}${NETWORK("Two", "table['two'] = Two\n")}`,
  "a function that says global": `${HEAD}size = 8\ndef grow():\n    global size\n    size = 9\n${NETWORK("One").replace("8", "size")}${NETWORK("Two").replace("8", "size")}`,
  "globals()": `${HEAD}${NETWORK("One")}${NETWORK("Two")}made = globals()["One"]()\n`,
  "a package that may keep what it is given": `${HEAD}from registry import register\n${NETWORK("One")}${NETWORK("Two")}register(One)\n`,
  "a decorator of such a package": `${HEAD}from registry import register\n@register\n${NETWORK("One").trim()}\n${NETWORK("Two")}`,
  "layers of Keras, which are numbered": `import keras\n${HEAD}${NETWORK("One")}${NETWORK("Two")}`,
  "a class that takes another's name": `${HEAD}${NETWORK("One")}${NETWORK("One")}`,
  "one model and what trains it": `${HEAD}${NETWORK("One")}def train(model, loader):\n    pass\n`,
}
for (const [what, text] of Object.entries(TOGETHER)) test(`one part: ${what}`, () => assert.equal(partsOf(text), undefined))

test("typing in one class, and then in another", () => {
  const text = HEAD + NETWORK("One") + NETWORK("Two")
  const first = text.replace("8, 4", "8, 5")
  const second = first.replace(/8, 4/, "7, 4")
  assertSame([text, first, `${HEAD}\n\n${first.slice(HEAD.length)}`, second, second.replace("class Two", "class Three"), text])
})

test("remarks that count as code, above a class that was not touched and in one", () => {
  const text = HEAD + NETWORK("One") + NETWORK("Two")
  const stated = text.replace("class Two", "# layerscope: input (3, 8)\nclass Two")
  assertSame([
    text,
    stated,
    stated.replace("(3, 8)", "(5, 8)"),
    stated.replace("8, 4", "8, 6"),
    stated.replace("# layerscope: input (3, 8)\n", ""),
  ])
  const ignored = text.replace("nn.Linear(8, 4)", "nn.Linear(8, -1)  # layerscope: ignore")
  assertSame([text, ignored, ignored.replace("8, 4", "8, 6"), ignored.replace("  # layerscope: ignore", "")])
})

test("what every part has: an import taken away and brought back, a constant that changes", () => {
  const text = `${HEAD}WIDTH = 8\n${NETWORK("One").replace("8", "WIDTH")}${NETWORK("Two").replace("8", "WIDTH")}`
  assertSame([text, text.replace("WIDTH = 8", "WIDTH = 16"), text.replace("from torch import nn", "from torch import n"), text])
})

test("a model whose class is broken by a half-typed line", () => {
  const text = HEAD + NETWORK("One") + NETWORK("Two")
  assertSame([
    text,
    text.replace("self.layer = nn", "self.layer = (nn"),
    text.replace("return", "retur"),
    text.replace("class One", "class"),
    text,
  ])
})

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) yield (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
}

/** One line more, one less, or another number in it. */
function edited(text: string, random: Generator<number>): string {
  const next = (limit: number): number => Math.floor(((random.next().value as number) / 2_147_483_648) * limit)
  const lines = text.split("\n")
  const at = next(lines.length)
  const line = lines[at] ?? ""
  const edits = [[line, ""], [line, line], [], [line.replace(/\d+/, (digits) => String(Number(digits) + 1))], [`${line}#`]]
  lines.splice(at, 1, ...(edits[next(edits.length)] ?? [line]))
  return lines.join("\n")
}

const WALKS = [
  ["lenet5", "vgg", "dcgan"],
  ["resnet", "gpt", "vae"],
  ["captioner", "vae", "lenet5"],
] as const

for (const [index, names] of sampled([...WALKS.entries()], 3))
  test(`a walk of edits through ${names.join(", ")}`, () => {
    const random = numbers(index + 1)
    const texts = [names.map(example).join("\n")]
    for (let step = 0; step < 6; step++) texts.push(edited(texts.at(-1) ?? "", random))
    assertSame(texts)
  })
