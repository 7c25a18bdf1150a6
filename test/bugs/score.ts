/** Scores programs with faults: node --import tsx test/bugs/score.ts [FILE.jsonl]… [words of ids or kinds]…; without a file our own ones and, where it is there, the set kept beside the repository. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Judgement, judge, type Program } from "./judging.ts"

const OWN = fileURLToPath(new URL("programs.jsonl", import.meta.url))
const BESIDE = fileURLToPath(new URL("../../../shared/bugs/dev.jsonl", import.meta.url))

const words = process.argv.slice(2)
const named = words.filter((word) => word.endsWith(".jsonl"))
const filters = words.filter((word) => !word.endsWith(".jsonl"))
for (const path of named.length > 0 ? named : [OWN, BESIDE]) if (existsSync(path)) show(path)

function show(path: string): void {
  const programs = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Program)
  const judgements = programs.filter(({ id, kind }) => filters.every((word) => `${id} ${kind}`.includes(word))).map(judge)
  for (const judgement of judgements) for (const line of remarksOn(judgement)) console.log(line)
  const count = (test: (judgement: Judgement) => boolean): string => {
    const found = judgements.filter(test).length
    return `${found} (${((100 * found) / judgements.length).toFixed(1)} %)`
  }
  console.log(`${judgements.length} programs of ${path.split("/").at(-1)}`)
  console.log(`  reported           ${count(({ errors }) => errors.length > 0)}`)
  console.log(
    `  on the line        ${count(({ isOnLine }) => isOnLine)}; where it is raised ${count(({ isWhereRaised }) => isWhereRaised)}`,
  )
  console.log(`  mended by a fix    ${count(({ isMended }) => isMended)}`)
  console.log(
    `  twins with errors  ${count(({ falseErrors }) => falseErrors.length > 0)}; with remarks ${count(({ remarks }) => remarks.length > 0)}`,
  )
}

function remarksOn({ program, errors, isOnLine, falseErrors, remarks, fixes, isMended }: Judgement): string[] {
  const { id, framework, kind, line, fault_line: fault, error } = program
  const about = `${framework} ${kind} ${id}`
  return [
    ...(errors.length === 0 ? [`MISSED  ${about}: line ${line} (${fault}) ${error.split("\n")[0]}`] : []),
    ...(errors.length > 0 && !isOnLine
      ? [`LINE    ${about}: ${errors.join("; ")}; raised at ${line} (${fault}) ${error.split("\n")[0]}`]
      : []),
    ...falseErrors.map((text) => `FALSE   ${about}: ${text}`),
    ...remarks.map((text) => `REMARK  ${about}: ${text}`),
    ...(errors.length > 0 && !isMended ? [`NO FIX  ${about}: ${errors.join("; ")}; offered ${fixes.join(", ") || "nothing"}`] : []),
  ]
}
