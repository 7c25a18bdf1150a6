/** Precision and recall of the recognition of patterns on labelled models of public repositories; `--update` keeps the score, a word shows only such labels. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { openSession } from "../../src/cli/session.ts"
import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { readCall } from "../../src/facts/stated.ts"
import type { Model } from "../../src/model/model.ts"
import { folderOf, provide } from "../corpus/repositories.ts"
import { type Label, LABELS, MEASURED } from "./labels.ts"

const REPOSITORIES = fileURLToPath(new URL("../../.cache/corpus/", import.meta.url))
/** What models of other repositories import: the package keras, and torchvision. */
const PACKAGES = [join(REPOSITORIES, "keras-team+keras"), fileURLToPath(new URL("../../.cache/library/torchvision", import.meta.url))]
const SCORE = fileURLToPath(new URL("score.json", import.meta.url))
const PATIENCE = 60_000

interface Count {
  right: number
  wrong: number
  missed: number
}

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"))
const session = openSession(PATIENCE)
const nameOf = ({ repo, path, entry }: Label): string => `${repo} ${path ?? ""} ${entry}`

/** The models that the entry names; a text says why there is none. */
function modelsOf(label: Label): readonly Model[] | string {
  const folder = folderOf(REPOSITORIES, label)
  if (!folder) return `${label.repo} is not here`
  const { inputs = [], keywords = {} } = label
  const call = inputs.length > 0 || Object.keys(keywords).length > 0 ? readCall(inputs, keywords) : undefined
  if (typeof call === "string") return call
  const file = label.path && join(folder, label.path)
  const entry = label.isInFile ? undefined : label.entry
  const analysis = session.run({ ...(file && { file }), entry, call, paths: [folder, ...PACKAGES] })
  if (typeof analysis === "string") return analysis
  return analysis.models.length > 0 ? analysis.models : (analysis.failure ?? "no model")
}

interface Read {
  readonly label: Label
  readonly model: Model | string
}

/** Labels of one file: what one of them names stands beside what the others do, as in the file. */
function* readTogether(labels: readonly Label[]): Generator<Read & { readonly beside: readonly Model[] }> {
  const groups = new Map<string, Label[]>()
  for (const label of labels) {
    const key = `${label.repo} ${label.path ?? label.entry} ${label.isInFile === true}`
    groups.set(key, [...(groups.get(key) ?? []), label])
  }
  for (const group of groups.values()) {
    const file = group[0]?.isInFile ? modelsOf(group[0]) : undefined
    const read = group.map((label): Read => {
      const models = file ?? modelsOf(label)
      if (typeof models === "string") return { label, model: models }
      return { label, model: (label.isInFile ? models.find(({ name }) => name === label.entry) : models.at(-1)) ?? "no model of this name" }
    })
    const beside = typeof file === "object" ? file : read.flatMap(({ model }) => (typeof model === "string" ? [] : [model]))
    for (const each of read) yield { ...each, beside }
  }
}

function recognisedIn(model: Model, beside: readonly Model[]): ReadonlySet<string> {
  return new Set(SUBJECTS.filter(({ id, recognise }) => id in MEASURED && recognise(model, beside).length > 0).map(({ id }) => id))
}

for (const line of provide(
  REPOSITORIES,
  LABELS.filter((label) => words.every((word) => nameOf(label).includes(word))),
))
  console.log(line)
const known = SUBJECTS.map(({ id }) => id).filter((id) => id in MEASURED)
const counts = new Map<string, Count>(known.map((id) => [id, { right: 0, wrong: 0, missed: 0 }]))
let models = 0
for (const { label, model, beside } of readTogether(LABELS.filter((each) => words.every((word) => nameOf(each).includes(word))))) {
  if (typeof model === "string") console.log(`NOT READ  ${nameOf(label)}: ${model}`)
  const found = typeof model === "string" ? new Set<string>() : recognisedIn(model, beside)
  models++
  for (const [id, count] of counts) {
    if (label.open?.includes(id)) continue
    const [isThere, isFound] = [label.subjects.includes(id), found.has(id)]
    if (isThere && isFound) count.right++
    if (isThere !== isFound) console.log(`${isFound ? "WRONG  " : "MISSED "} ${id.padEnd(24)} ${nameOf(label)}`)
    if (isFound && !isThere) count.wrong++
    if (isThere && !isFound) count.missed++
  }
}

const share = (part: number, whole: number): string => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`)
const line = (name: string, { right, wrong, missed }: Count): string =>
  `${name.padEnd(26)} precision ${share(right, right + wrong).padStart(8)}  recall ${share(right, right + missed).padStart(8)}   ${right} right, ${wrong} wrong, ${missed} missed`
const total = [...counts.values()].reduce(
  (sum, count) => ({ right: sum.right + count.right, wrong: sum.wrong + count.wrong, missed: sum.missed + count.missed }),
  { right: 0, wrong: 0, missed: 0 },
)
for (const [id, count] of counts) console.log(line(id, count))
console.log(line(`all, ${models} models`, total))
if (process.argv.includes("--update"))
  writeFileSync(SCORE, `${JSON.stringify({ models, total, subjects: Object.fromEntries(counts) }, null, 2)}\n`)
else if (words.length === 0) compareWithKept()

/** Fewer right ones, or more wrong ones, than were kept fail. */
function compareWithKept(): void {
  const kept = JSON.parse(readFileSync(SCORE, "utf8")) as { total: Count }
  if (total.right >= kept.total.right && total.wrong <= kept.total.wrong) return
  console.log(line("kept before", kept.total))
  process.exitCode = 1
}
