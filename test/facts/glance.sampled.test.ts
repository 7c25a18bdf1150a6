/** Before a file is analysed anew, the function that is typed in shows what it will show then. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { glance } from "../../src/facts/glance.ts"
import { hintsIn } from "../../src/facts/hints.ts"
import { parse } from "../../src/syntax/parse.ts"
import type { FunctionBody, Node, Tree } from "../../src/syntax/tree.ts"
import { children } from "../../src/syntax/walk.ts"
import { memoryHost } from "../../src/text/host.ts"
import { type Language, type SourceFile, sourceFile } from "../../src/text/source.ts"
import { sampled } from "../sampling.ts"

const EXAMPLES = new URL("../../media/examples/", import.meta.url)
const budget = { fuel: Number.MAX_SAFE_INTEGER, cancelled: () => false }

const LANGUAGES: Readonly<Record<string, Language>> = { py: "python", js: "javascript", ts: "typescript" }
const fileOf = (name: string, text: string): SourceFile =>
  sourceFile(`file:///${name}`, LANGUAGES[name.slice(name.indexOf(".") + 1)] ?? "python", text)
const analysed = (file: SourceFile, tree = parse(file)) => analyze(file, file.uri.slice(7), memoryHost({}), { budget, tree })

/** The hints of the second text as soon as it is typed, and after it is analysed. */
function hintsOf(name: string, before: string, after: string): { readonly atOnce: unknown; readonly later: unknown } {
  const known = analysed(fileOf(name, before))
  const file = fileOf(name, after)
  const seen = glance(known, file, parse(file), budget)
  return { atOnce: seen && hintsIn(seen), later: hintsIn(analysed(fileOf(name, after))) }
}

function functionsIn(tree: Tree): FunctionBody[] {
  const found: FunctionBody[] = []
  const follow = (node: Node): void => {
    if (node.kind === "functionDeclaration") found.push(node.function)
    else for (const child of children(node)) follow(child)
  }
  for (const statement of tree.body) follow(statement)
  return found
}

/** The text with a line before the last statement of the function. */
function typedIn(text: string, { body }: FunctionBody, line: string): string {
  const at = body.at(-1)?.span.start ?? 0
  const indent = text.slice(text.lastIndexOf("\n", at) + 1, at)
  return `${text.slice(0, at)}${line}\n${indent}${text.slice(at)}`
}

const OTHERS = ["vae.py", "resnet.py", "lenet5.py", "gpt.py", "subclassed_keras.py", "vgg.py", "functional_tfjs.ts", "dcgan.py"]
for (const name of ["captioner.py", ...sampled(OTHERS, 2)])
  test(`${name}: half a name in any function`, () => {
    const text = readFileSync(new URL(name, EXAMPLES), "utf8")
    const functions = functionsIn(parse(fileOf(name, text)))
    assert.ok(functions.length > 0)
    for (const each of functions) {
      const { atOnce, later } = hintsOf(name, text, typedIn(text, each, "nam"))
      assert.deepEqual(atOnce, later, `in ${each.name}`)
    }
  })

const MODEL = `
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 4)

    def forward(self, x):
        x = self.layer(x)
        return x

    def double(self, x):
        y = self.layer(x)
        return y

Net()(torch.randn(2, 8))
`

test("a line that gives another shape shows it", () => {
  const { atOnce, later } = hintsOf("net.py", MODEL, MODEL.replace("        return x", "        x = x.reshape(-1)\n        return x"))
  assert.deepEqual(atOnce, later)
  assert.match(JSON.stringify(atOnce), /\(8,\)/)
})

const UNSEEN = {
  "a second function": MODEL.replace("return x", "return -x").replace("return y", "return -y"),
  "a parameter": MODEL.replace("forward(self, x)", "forward(self, x, y=1)"),
  "a base class": MODEL.replace("nn.Module)", "nn.Sequential)"),
  "a statement of the file": MODEL.replace("randn(2, 8)", "randn(3, 8)"),
  "a remark that states an input": MODEL.replace("class Net", "# layerscope: input (5, 8)\nclass Net"),
}
for (const [what, after] of Object.entries(UNSEEN))
  test(`${what}: it takes an analysis to know`, () => assert.equal(hintsOf("net.py", MODEL, after).atOnce, undefined))

test("a function that takes long is given up", () => {
  const known = analysed(fileOf("net.py", MODEL))
  const file = fileOf("net.py", MODEL.replace("        return x", "        n = sum([i * i for i in range(9000)])\n        return x * n"))
  assert.equal(glance(known, file, parse(file), { fuel: 1e9, cancelled: () => true }), undefined)
})
