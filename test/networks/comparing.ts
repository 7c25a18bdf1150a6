/** What torch measured of the drawn networks, and what we say of them. */
import { createHash } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { gunzipSync } from "node:zlib"
import { type Answer, summarize } from "../oracle/command.ts"
import { drawNetwork, type Network } from "./generate.ts"

/** Digest of the program; parameters, trainable ones, buffers, MACs; outputs; digest of the rows. A refused program has the digest and the error. */
type Row = readonly [string, number, number, number, number, string, string] | readonly [string, string]

interface Measured {
  readonly first: number
  readonly networks: readonly Row[]
}

export type Kind = "agrees" | "differs" | "unknown" | "refused" | "unreported"
export interface Verdict {
  readonly seed: number
  readonly kind: Kind
  readonly text: string
}

export const measured: Measured = JSON.parse(gunzipSync(readFileSync(new URL("./networks.json.gz", import.meta.url))).toString())

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8)

/** Draws the networks anew, analyses them and compares; with `rows` also each module's row. */
export async function compare(seeds: readonly number[]): Promise<Verdict[]> {
  const networks = seeds.map(drawNetwork)
  const answers = await analyse(networks)
  return networks.map((network) => judge(network, measured.networks[network.seed - measured.first], answers.get(String(network.seed))))
}

async function analyse(networks: readonly Network[]): Promise<Map<string, Answer>> {
  const folder = mkdtempSync(`${tmpdir()}/layerscope-networks-`)
  try {
    const jobs = networks.map(({ seed, text, input }) => {
      writeFileSync(`${folder}/network_${seed}.py`, text)
      return { id: String(seed), file: `${folder}/network_${seed}.py`, entry: "Net()", inputs: [input] }
    })
    return await summarize(jobs)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function judge({ seed, text }: Network, row: Row | undefined, answer: Answer | undefined): Verdict {
  if (!row || row[0] !== digest(text)) return { seed, kind: "differs", text: "the generator draws another program now: measure again" }
  const errors = (answer?.problems ?? []).filter(({ severity }) => severity === "error")
  if (row.length === 2) return { seed, kind: errors.length > 0 ? "refused" : "unreported", text: row[1] }
  const model = answer?.models?.[0]
  if (errors.length > 0) return { seed, kind: "differs", text: `false error "${errors[0]?.message}"` }
  if (!model) return { seed, kind: "unknown", text: `no model: ${answer?.error ?? ""}` }
  const { total, trainable, buffers } = model.parameters
  const got = [row[0], total, trainable, buffers, model.macs, model.outputs.map(tensorText).join(";"), digest(rowsOf(model))]
  if (got.every((fact, index) => fact === row[index])) return { seed, kind: "agrees", text: "" }
  const open = JSON.stringify(got).includes("null") || model.unknowns.length > 0
  const reason = model.unknowns[0]?.reason
  return {
    seed,
    kind: open ? "unknown" : "differs",
    text: `measured ${row.join(" ")}\n    ours ${got.join(" ")}${reason ? ` (${reason})` : ""}`,
  }
}

type Model = NonNullable<Answer["models"]>[number]

const tensorText = ({ shape, dtype }: Model["outputs"][number]): string =>
  `${shape?.join(",") ?? null}${dtype === "float32" ? "" : `:${dtype}`}`

/** The rows as the measuring script writes them: path, own parameters, first output, own MACs. */
export const rowsOf = ({ layers }: Model): string =>
  layers
    .map(({ path, parameters, output, macs }) => JSON.stringify([path, parameters, output, macs]))
    .sort((a, b) => (a < b ? -1 : 1))
    .join("\n")
