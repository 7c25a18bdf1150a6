/** Reads what a spec's comments claim, and what the evaluator says to it. */
import { Evaluation } from "../../src/evaluate/evaluation.ts"
import { addMainModule, type ModuleRecord, runModule } from "../../src/evaluate/modules.ts"
import { messageOf } from "../../src/facts/problems.ts"
import { countText } from "../../src/facts/text.ts"
import { modulesBelow, parametersOf } from "../../src/layers/modules.ts"
import { parse } from "../../src/syntax/parse.ts"
import type { Expression, Statement } from "../../src/syntax/tree.ts"
import { memoryHost } from "../../src/text/host.ts"
import { positionAt, sourceFile } from "../../src/text/source.ts"
import { dimText, product, sum } from "../../src/values/dim.ts"
import type { TensorValue, Value } from "../../src/values/value.ts"

export interface Block {
  readonly heading: string
  readonly language: "python" | "javascript"
  readonly text: string
}

/** One expectation: `# shape: [8, 64, 112, 112]`. */
export interface Claim {
  readonly line: number
  readonly kind: string
  readonly text: string
  readonly source: string
}

const LANGUAGES: Record<string, Block["language"]> = { py: "python", js: "javascript" }
const PREAMBLE: Record<Block["language"], string> = {
  python: "import torch, math\nimport torch.nn as nn\nimport torch.nn.functional as F\n",
  javascript: 'import * as tf from "@tensorflow/tfjs"\n',
}

export function blocksOf(page: string): Block[] {
  const blocks: Block[] = []
  let heading = ""
  for (const [, title, fence, body] of page.matchAll(/^#+ (.*)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (title) heading = title
    const language = LANGUAGES[fence ?? ""]
    if (language && body !== undefined) blocks.push({ heading, language, text: PREAMBLE[language] + body })
  }
  return blocks
}

const CLAIM = /(shape|dtype|params|macs|value|unknown|error): (.*?)(?=\s{2,}\w+: |$)/g

export function claimsOf(block: Block): Claim[] {
  return block.text.split("\n").flatMap((source, line) => {
    const comment = /(?:#|\/\/) ((?:shape|dtype|params|macs|value|unknown|error): .*)$/.exec(source)?.[1]
    return comment ? [...comment.matchAll(CLAIM)].map(([, kind = "", text = ""]) => ({ line, kind, text: text.trim(), source })) : []
  })
}

/** What is said of each claim; a block without an `error` claim must have no problem at all. */
export function verdicts(block: Block, claims: readonly Claim[]): { claim: Claim; actual: string }[] {
  const { evaluation, record } = run(block)
  const found = claims.map((claim) => ({ claim, actual: actualOf(evaluation, record, claim) }))
  const expected = new Set(claims.filter(({ kind }) => kind === "error").map(({ line }) => line))
  const surprises = evaluation.problems.filter(({ place }) => !expected.has(positionAt(place.file, place.span.start).line))
  return [
    ...found,
    ...surprises.map((problem) => ({
      claim: { line: positionAt(problem.place.file, problem.place.span.start).line, kind: "error", text: "no problem", source: "" },
      actual: messageOf(problem),
    })),
  ]
}

function run({ language, text }: Block): { evaluation: Evaluation; record: ModuleRecord } {
  const evaluation = new Evaluation(memoryHost({}), { fuel: 5_000_000, cancelled: () => false })
  const file = sourceFile("/spec", language, text)
  evaluation.observedFile = file
  const record = addMainModule(evaluation, file, parse(file), "/spec", "__main__", "")
  runModule(evaluation, record)
  return { evaluation, record }
}

type Reader = (evaluation: Evaluation, record: ModuleRecord, claim: Claim) => string

const READERS: Record<string, Reader> = {
  shape: (evaluation, record, claim) =>
    tensorsOf(valueAt(evaluation, record, claim.line))
      .map(shapeText)
      .join(" ") || describe(valueAt(evaluation, record, claim.line)),
  dtype: (evaluation, record, claim) =>
    tensorsOf(valueAt(evaluation, record, claim.line))
      .map(({ dtype }) => dtype ?? "?")
      .join(" "),
  params: (evaluation, record, claim) => countOf(valueAt(evaluation, record, claim.line)),
  macs: (evaluation, _, claim) => macsAt(evaluation, claim.line),
  value: (evaluation, record, claim) => describe(valueAt(evaluation, record, claim.line)),
  unknown: (evaluation, record, claim) => describe(valueAt(evaluation, record, claim.line)).replace(/^unknown: /, ""),
  error: (evaluation, _, claim) => errorAt(evaluation, claim),
}

const actualOf = (evaluation: Evaluation, record: ModuleRecord, claim: Claim): string =>
  (READERS[claim.kind] as Reader)(evaluation, record, claim)

/** The value of the statement on a line: what is assigned, or the expression; of the innermost that stands there. */
function valueAt(evaluation: Evaluation, record: ModuleRecord, line: number): Value | undefined {
  const expression = expressionAt(record.tree.body, (offset) => positionAt(record.file, offset).line, line)
  return expression && evaluation.observations.get(expression)?.value
}

function expressionAt(body: readonly Statement[], lineOf: (offset: number) => number, line: number): Expression | undefined {
  for (const statement of body) {
    const inner = nested(statement).reduce<Expression | undefined>((found, block) => found ?? expressionAt(block, lineOf, line), undefined)
    if (inner) return inner
    if (lineOf(statement.span.start) > line || lineOf(statement.span.end) < line) continue
    if ("value" in statement && statement.value) return statement.value as Expression
    if (statement.kind === "expression") return statement.expression
  }
  return undefined
}

function nested(statement: Statement): Statement[][] {
  if (statement.kind === "classDeclaration") return [statement.class.body]
  if (statement.kind === "functionDeclaration") return [statement.function.body]
  return Object.values(statement).filter(
    (part): part is Statement[] => Array.isArray(part) && part.length > 0 && typeof part[0] === "object" && "span" in part[0],
  )
}

const shapeText = ({ shape }: TensorValue): string => (shape ? `[${shape.map(dimText).join(", ")}]` : "?")

function tensorsOf(value: Value | undefined): TensorValue[] {
  if (value?.kind === "tensor") return [value]
  return value?.kind === "tuple" || value?.kind === "list" ? value.items.flatMap(tensorsOf) : []
}

function countOf(value: Value | undefined): string {
  if (value?.kind !== "instance") return describe(value)
  const weights = new Set(modulesBelow(value).flatMap(([, module]) => parametersOf(module).map(([, tensor]) => tensor)))
  return countText(sum([...weights].map(({ shape }) => product(shape ?? []))))
}

function macsAt(evaluation: Evaluation, line: number): string {
  const here = evaluation.trace.flatMap((event) =>
    event.kind === "operation" && positionAt(event.place.file, event.place.span.start).line === line ? [event.macs] : [],
  )
  return countText(sum(here))
}

/** The code and message when the claimed text is part of them; else what was found. */
function errorAt(evaluation: Evaluation, { line, text }: Claim): string {
  const here = evaluation.problems
    .filter(({ place }) => positionAt(place.file, place.span.start).line === line)
    .map((problem) => `[${problem.code}] ${messageOf(problem)}`)
  const [, code, wanted = ""] = /^(\[[\w-]+\]) "(.*)"$/.exec(text) ?? []
  return here.some((message) => message.startsWith(code ?? "[?]") && message.includes(wanted)) ? text : here.join("; ") || "no problem"
}

function describe(value: Value | undefined): string {
  if (value === undefined) return "never evaluated"
  switch (value.kind) {
    case "integer":
      return dimText(value.value)
    case "string":
      return JSON.stringify(value.value)
    case "boolean":
      return value.value ? "True" : "False"
    case "float":
      return String(value.value)
    case "constant":
      return value.name
    case "unknown":
      return `unknown: ${value.reason}`
    case "list":
      return `[${value.items.map(describe).join(", ")}]`
    case "tuple":
      return `(${value.items.map(describe).join(", ")})`
    case "dictionary":
      return `{${[...value.entries.values()].map(({ key, value: held }) => `${describe(key)}: ${describe(held)}`).join(", ")}}`
    case "instance":
      return value.class.name
    case "tensor":
      return shapeText(value)
    default:
      return value.kind
  }
}
