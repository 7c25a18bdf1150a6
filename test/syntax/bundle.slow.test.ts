// The slimmed parsers of the bundles read every example, whole and cut short, exactly as the packages do.

import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, test } from "node:test"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { slimPyright, typescriptBundle, typescriptParserSource } from "../../src/syntax/bundle.mjs"
import { languageOf, parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"

const EXAMPLES = fileURLToPath(new URL("../../media/examples/", import.meta.url))
const SYNTAX = fileURLToPath(new URL("../../src/syntax/", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "layerscope-bundle-"))
after(() => rmSync(folder, { recursive: true }))

const examples = readdirSync(EXAMPLES).flatMap((name) => {
  const language = languageOf(name)
  if (!language || name.endsWith(".ipynb")) return []
  const text = readFileSync(join(EXAMPLES, name), "utf8")
  return [0.3, 0.7, 1].map((part) => ({ name, language, text: text.slice(0, text.length * part) }))
})

function print(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part))
}

const ENTRY = `
  import { readFileSync } from "node:fs"
  import { parse } from "./parse.ts"
  import { sourceFile } from "../text/source.ts"
  const trees = JSON.parse(readFileSync(0, "utf8")).map(({ name, language, text }) => parse(sourceFile(name, language, text)))
  process.stdout.write(JSON.stringify(trees, (_, part) => (typeof part === "bigint" ? String(part) : part)))`

test("the same trees and complaints, from small bundles", async () => {
  const [parser, program] = [join(folder, "typescript.cjs"), join(folder, "program.mjs")]
  await build({ ...(await typescriptBundle()), outfile: parser })
  await build({
    stdin: { contents: ENTRY, resolveDir: SYNTAX, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    outfile: program,
    plugins: [slimPyright],
    define: { LAYERSCOPE_TYPESCRIPT: '"./typescript.cjs"' },
  })
  const bundled = execFileSync(process.execPath, [program], { input: print(examples), maxBuffer: 2 ** 28 }).toString()
  const trees: unknown[] = JSON.parse(bundled)
  examples.forEach(({ name, language, text }, index) => {
    assert.deepEqual(trees[index], JSON.parse(print(parse(sourceFile(name, language, text)))), `${name}, ${text.length} characters`)
  })
  assert.ok(statSync(program).size < 400_000, `program: ${statSync(program).size} bytes`)
  assert.ok(statSync(parser).size < 600_000, `TypeScript's parser: ${statSync(parser).size} bytes`)
})

test("TypeScript's package still marks its files, so that its parser can be cut out", async () => {
  assert.ok(await typescriptParserSource())
})
