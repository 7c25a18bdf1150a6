/** All builders of torchvision in one batch process, beside torchinfo on the meta device; and how time grows with the layers of a model. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { fetchLibrary } from "../library/fetch.ts"
import { type Line, milliseconds, percentile } from "./measuring.ts"
import { IMPORTS, PYTHONS, withLibrary } from "./summary.ts"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

/** One program of Python asks torchvision for its builders, so that both sides get the same ones. */
const BY_TORCHINFO = `
import json, resource, sys, time
start, done, skipped = time.time(), 0, []
for name, options, size in json.loads(sys.argv[1]):
    try:
        with torch.device("meta"): model = torchvision.models.get_model(name, **dict.fromkeys(options))
        torchinfo.summary(model, **({"input_size": size} if size else {}), device="meta", verbose=0)
        done += 1
    except Exception as error: skipped.append(name)
print(json.dumps({"seconds": time.time() - start, "done": done, "skipped": skipped, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
`

interface Builder {
  readonly name: string
  readonly module: string
  /** arguments that are None on both sides: weights would be downloaded */
  readonly options: readonly string[]
  /** none for detectors: what they compute depends on data */
  readonly size: readonly number[] | undefined
}

const REGISTERED = /@register_model\((?:name="(\w+)")?\)\n(?:@.*\n)*def (\w+)\(/g

/** What torchvision registers, read from its source. */
function builders(library: string): Builder[] {
  const folder = `${library}/torchvision/models`
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".py") && !path.includes("quantization"))
    .sort()
    .flatMap((path) =>
      [...readFileSync(`${folder}/${path}`, "utf8").matchAll(REGISTERED)].map(([, named, defined]) => ({
        name: named ?? (defined as string),
        module: `torchvision.models.${path.replace(/\.py$/, "").replaceAll("/", ".")}.${defined}`,
        options: /^(?:detection|segmentation)/.test(path) ? ["weights", "weights_backbone"] : ["weights"],
        size: sizeFor(path),
      })),
    )
}

function sizeFor(path: string): readonly number[] | undefined {
  if (path.startsWith("video")) return [1, 3, 16, 224, 224]
  if (path.startsWith("optical_flow") || path.startsWith("detection")) return undefined
  return path.startsWith("inception") ? [1, 3, 299, 299] : [1, 3, 224, 224]
}

export function torchvision(): Line[] {
  const library = fetchLibrary()
  const target = "median at most 50 ms, and 20 times faster"
  const leftOut = (result: string): Line[] => [{ what: "All builders of torchvision in one process", result, target, isMet: undefined }]
  if ("missing" in library) return leftOut(library.missing)
  const all = builders(library.path)
  const jobs = all.map(({ name, module, options, size }) => ({
    id: name,
    entry: `${module}(${options.map((option) => `${option}=None`).join(", ")})`,
    inputs: size ? [size.join(",")] : [],
  }))
  const { times, ...rest } = batch(jobs, library.path)
  const ours = { ...rest, times: times.sort((left, right) => left - right) }
  const result = `${ours.done} of ${all.length} models in ${milliseconds(ours.total)}, median ${milliseconds(percentile(ours.times, 0.5))}, p95 ${milliseconds(percentile(ours.times, 0.95))}, ${ours.megabytes} MB at the most`
  return [...compared(all, library.path, ours, result, target), growth(library.path)]
}

function compared(all: readonly Builder[], library: string, ours: Batch, result: string, target: string): Line[] {
  const what = "All builders of torchvision in one process"
  const python = PYTHONS.find((path) => spawnSync(path, ["-c", IMPORTS], { stdio: "ignore", env: withLibrary(library) }).status === 0)
  if (!python)
    return [{ what, result: `${result}; no Python with torch, torchvision and torchinfo to compare with`, target, isMet: undefined }]
  const wanted = JSON.stringify(all.map(({ name, options, size }) => [name, options, size ?? null]))
  const start = performance.now()
  const { stdout } = spawnSync(python, ["-c", IMPORTS + BY_TORCHINFO, wanted], { encoding: "utf8", env: withLibrary(library) })
  const theirs = performance.now() - start
  const told = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as { done: number; megabytes: number }
  const ratio = theirs / ours.total
  return [
    {
      what,
      result: `${result}; torchinfo ${told.done} models in ${milliseconds(theirs)}, ${Math.round(told.megabytes)} MB: ${ratio.toFixed(1)} times faster`,
      target,
      isMet: ratio >= 20 && percentile(ours.times, 0.5) <= 50,
    },
  ]
}

interface Batch {
  readonly total: number
  readonly times: number[]
  readonly done: number
  readonly megabytes: number
}

/** Runs jobs in one process of the command; a job's time is that from the answer before to its own. */
function batch(jobs: readonly { id: string; entry: string; inputs: readonly string[] }[], library: string): Batch {
  const folder = mkdtempSync(join(tmpdir(), "layerscope-bench-"))
  const path = join(folder, "jobs.jsonl")
  writeFileSync(path, jobs.map((job) => `${JSON.stringify({ ...job, path: [library] })}\n`).join(""))
  const start = performance.now()
  const { stdout } = spawnSync(process.execPath, ["-e", TIMED, `${ROOT}dist/cli.js`, path], { encoding: "utf8", maxBuffer: 1e9 })
  const total = performance.now() - start
  const { times, answers, megabytes } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}") as {
    times: number[]
    answers: string[]
    megabytes: number
  }
  const done = answers.filter((answer) => (JSON.parse(answer) as { total: unknown }).total !== null).length
  return { total, times, done, megabytes: Math.round(megabytes) }
}

/** Runs the command in this very process and notes when each answer is written. */
const TIMED = `
  const [program, path] = process.argv.slice(1)
  const write = process.stdout.write.bind(process.stdout)
  const times = [], answers = []
  let before = performance.now()
  process.stdout.write = (text) => {
    const answer = JSON.parse(text)
    times.push(performance.now() - before)
    answers.push(JSON.stringify({ id: answer.id, total: answer.models[0]?.parameters?.total ?? null }))
    before = performance.now()
    return true
  }
  process.argv = [process.execPath, program, "summary", "--batch", path, "--timeout", "60"]
  process.on("exit", () => write(JSON.stringify({ times, answers, megabytes: process.resourceUsage().maxRSS / 1024 }) + "\\n"))
  import(require("node:url").pathToFileURL(program).href)`

/** Bottleneck blocks of ResNets with 50, 500 and 5,000 layers. */
const DEPTHS: readonly (readonly [layers: number, blocks: string])[] = [
  [50, "[3, 4, 6, 3]"],
  [500, "[3, 154, 6, 3]"],
  [5000, "[3, 1654, 6, 3]"],
]

function growth(library: string): Line {
  const warm = { id: "warm", entry: "torchvision.models.resnet.resnet50()", inputs: ["1,3,224,224"] }
  const jobs = DEPTHS.map(([layers, blocks]) => ({
    id: String(layers),
    entry: `torchvision.models.resnet.ResNet(torchvision.models.resnet.Bottleneck, ${blocks})`,
    inputs: ["1,3,224,224"],
  }))
  const rows = DEPTHS.map(([layers], index) => ({ layers, time: lastOf([warm, warm, jobs[index] as (typeof jobs)[number]], library) }))
  const [small, middle, large] = rows.map(({ time }) => time) as [number, number, number]
  return {
    what: "Time grows with the layers of a ResNet",
    result: `${rows.map(({ layers, time }) => `${layers}: ${milliseconds(time)}`).join(", ")}; ten times the layers take ${(middle / small).toFixed(1)} and ${(large / middle).toFixed(1)} times as long`,
    target: "linear: at most 13 times",
    isMet: large / middle <= 13 && middle / small <= 13,
  }
}

/** The time of the last job, after others have warmed the engine. */
function lastOf(jobs: Parameters<typeof batch>[0], library: string): number {
  return batch(jobs, library).times.at(-1) ?? Number.NaN
}
