/** Runs measured cases through the command line and says of each whether we agree, do not know, or are wrong. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { type Answer, summarize } from "./command.ts"
import { type Case, type Program, titleOf } from "./programs.ts"

/** Where we differ on purpose. */
const DIFFERENT: ReadonlyMap<string, string> = new Map([
  [
    "tf.layers.dot({axes: 1}); layer.apply([a, b]) on 2,5; 2,5",
    "it multiplies and sums there, where Keras has a product; we count one layer in one way",
  ],
])

export type Verdict = { readonly kind: "agrees" | "wrong" | "unknown" | "unreported"; readonly text: string }

export async function judgeAll(cases: readonly Case[], program: (item: Case, index: number) => Program): Promise<Verdict[]> {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-cases-`)
  try {
    const jobs = cases.map((item, index) => {
      const { name, text, entry, inputs } = program(item, index)
      writeFileSync(`${folder}/${name}`, text)
      return { id: String(index), file: `${folder}/${name}`, entry, inputs }
    })
    const answers = await summarize(jobs)
    return cases.map((item, index) => judge(item, answers.get(String(index)) as Answer))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function judge(item: Case, answer: Answer): Verdict {
  const title = titleOf(item)
  const errors = (answer.problems ?? []).filter((problem) => problem.severity === "error")
  if (item.error !== undefined)
    return errors.length > 0 ? { kind: "agrees", text: title } : { kind: "unreported", text: `${title}: ${item.error}` }
  if (errors.length > 0) return { kind: "wrong", text: `${title}: false error "${errors[0]?.message}"` }
  if (answer.error?.startsWith("internal error")) return { kind: "wrong", text: `${title}: ${answer.error}` }
  const [model] = answer.models ?? []
  if (!model) return { kind: "unknown", text: `${title}: no model, ${answer.error ?? ""}` }
  return verdictOn(title, factPairs(item, model), model.unknowns[0]?.reason)
}

interface Pair {
  readonly what: string
  readonly measured: unknown
  readonly got: unknown
}

function factPairs(item: Case, model: NonNullable<Answer["models"]>[number]): Pair[] {
  const outputs = (item.outputs ?? []).filter((output) => "shape" in output)
  return [
    { what: "outputs", measured: outputs.length, got: model.outputs.length },
    ...outputs.map(({ shape }, index) => ({ what: "shape", measured: shape, got: model.outputs[index]?.shape ?? null })),
    ...outputs.map(({ dtype = "float32" }, index) => ({ what: "type", measured: dtype, got: model.outputs[index]?.dtype ?? null })),
    ...(item.parameters === undefined ? [] : [{ what: "parameters", measured: item.parameters, got: model.parameters.total }]),
    ...(item.macs === null || item.macs === undefined ? [] : [{ what: "MACs", measured: item.macs, got: model.macs }]),
  ]
}

/** A size left symbolic or null is not known; a number that differs is wrong. */
function verdictOn(title: string, pairs: readonly Pair[], reason: string | undefined): Verdict {
  const off = pairs.filter(({ measured, got }) => JSON.stringify(measured) !== JSON.stringify(got))
  if (off.length === 0) return { kind: "agrees", text: title }
  if (DIFFERENT.has(title) && off.every(({ what }) => what === "MACs")) return { kind: "agrees", text: title }
  const found = off.map(({ what, measured, got }) => `${what} ${JSON.stringify(measured)}, ours ${JSON.stringify(got)}`)
  const text = `${title}: ${found.join("; ")}${reason ? ` (${reason})` : ""}`
  // How many tensors an unknown value holds is not known either.
  const wrong = off.some((pair) => !isOpen(pair) && !(pair.what === "outputs" && reason !== undefined))
  return { kind: wrong ? "wrong" : "unknown", text }
}

function isOpen({ what, got }: Pair): boolean {
  if (got === null) return true
  if (what === "type") return false
  return Array.isArray(got) ? got.some((size) => typeof size !== "number") : typeof got !== "number"
}
