/** `npm run bench:editor`: what an editor feels, measured from outside over the pipes of the language server. Names filter: `npm run bench:editor -- typing`. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { fileURLToPath, pathToFileURL } from "node:url"
import { fetchLibrary, fetchPureLibraries } from "../library/fetch.ts"
import { PlainClient } from "../lsp/client.ts"
import { parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"
import { type Line, measured, milliseconds, percentile } from "./measuring.ts"
import { modelFiles, processorTicks, residentBytes } from "./process.ts"

const EXAMPLES = fileURLToPath(new URL("../../media/examples", import.meta.url))
const URI = pathToFileURL(`${EXAMPLES}/bench.py`).href
const NAMES = ["resnet", "gpt", "vae", "vgg", "lenet5", "dcgan", "captioner"]
const LINES = 1000
const KEYSTROKES = 150
/** Somebody has typed for half a minute: the engine has compiled what runs often. */
const WARMING = 150
/** Between keystrokes of a fast typist, in milliseconds. */
const PAUSE = 100
const COLD_STARTS = 9

const pause = (time: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, time))
const everything = { start: { line: 0, character: 0 }, end: { line: LINES, character: 0 } }
const hintsOf = (client: PlainClient, uri = URI) =>
  client.request<readonly object[]>("textDocument/inlayHint", { textDocument: { uri }, range: everything })

/** Our examples one below the other and again, the classes of each round with names of their own, cut at 1,000 lines. */
function program(): string {
  const texts = NAMES.map((name) => readFileSync(`${EXAMPLES}/${name}.py`, "utf8"))
  const rounds = ["", "Again", "Anew"].flatMap((suffix) =>
    texts.map((text) => {
      const classes = [...text.matchAll(/^class (\w+)/gm)].map(([, name]) => name)
      return text.replace(new RegExp(`\\b(${classes.join("|")})\\b`, "g"), `$1${suffix}`)
    }),
  )
  return rounds.join("\n").split("\n").slice(0, LINES).join("\n")
}

/** One place where something is typed, and what. */
interface Typing {
  readonly what: string
  /** the text before which it is typed */
  readonly before: string
  typed(keystroke: number): string
}

const TYPINGS: readonly Typing[] = [
  { what: "in a comment", before: "\n        out = ", typed: (key) => (key % 40 === 0 ? "\n        # " : "x") },
  { what: "of a name in forward", before: "\n        out = ", typed: (key) => (key % 12 === 0 ? "\n        name" : "e") },
  {
    what: "of a size that changes the model",
    before: "\n        self.in_planes",
    typed: (key) => (key % 2 === 0 ? "\n        width = 1" : "6"),
  },
]

/** What VS Code tells a server of itself that matters here: it can be told to ask for hints again. */
const ABILITIES = { workspace: { inlayHint: { refreshSupport: true } } }

/** Milliseconds until every fact of the file is that of the last key. */
async function settling(client: PlainClient): Promise<number> {
  const start = performance.now()
  await client.request("textDocument/codeLens", { textDocument: { uri: URI } })
  return performance.now() - start
}

/** Types at one place, key after key, and waits for the hints of each. */
async function type(client: PlainClient, text: string, { what: place, before, typed }: Typing, version: number): Promise<number[]> {
  let at = positionOf(text, text.indexOf(before))
  const times: number[] = []
  for (let key = 0; key < KEYSTROKES + WARMING; key++) {
    const added = typed(key)
    const start = performance.now()
    client.notify("textDocument/didChange", {
      textDocument: { uri: URI, version: version + key },
      contentChanges: [{ range: { start: at, end: at }, text: added }],
    })
    const hints = await hintsOf(client)
    if (key >= WARMING) times.push(performance.now() - start)
    if (hints.length === 0) throw new Error(`No hints after key ${key} ${place}: ${JSON.stringify(client.heard.slice(-3)).slice(0, 1500)}`)
    at = added.startsWith("\n")
      ? { line: at.line + 1, character: added.length - 1 }
      : { line: at.line, character: at.character + added.length }
    await pause(PAUSE)
  }
  return times.sort((left, right) => left - right)
}

function positionOf(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split("\n")
  return { line: lines.length - 1, character: (lines.at(-1) as string).length }
}

async function typing(): Promise<Line[]> {
  const text = program()
  const lines: Line[] = []
  for (const [index, place] of TYPINGS.entries()) {
    const client = new PlainClient()
    await client.initialize(EXAMPLES, undefined, ABILITIES)
    client.open(URI, text)
    await hintsOf(client)
    const times = await type(client, text, place, 2 + index * 1000)
    const parsing = measured(20, (run) => void parse(sourceFile(`file:///fresh${run}.py`, "python", text)))
    const whole = await settling(client)
    const [median, tail] = [percentile(times, 0.5), percentile(times, 0.95)]
    lines.push({
      what: `A keystroke ${place.what}, ${LINES} lines, until its hints are there`,
      result: `p50 ${milliseconds(median)}, p95 ${milliseconds(tail)}, after ${WARMING} keystrokes; p50 is ${(median / percentile(parsing, 0.5)).toFixed(1)} times a full parse; ${milliseconds(whole)} after the last key everything else is there`,
      target: "p95 at most 30 ms",
      isMet: tail <= 30,
    })
    await client.shutdown()
  }
  return lines
}

/** A yardstick for machines that are slow or busy: Node starts, does nothing and ends. */
function emptyStart(): number {
  const start = performance.now()
  spawnSync(process.execPath, ["-e", "0"])
  return performance.now() - start
}

/** From the start of the process to the first hints of a file, every time in a new process. */
async function opening(): Promise<Line[]> {
  const text = program()
  const [whole, opened, empty]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < COLD_STARTS; run++) {
    empty.push(emptyStart())
    const start = performance.now()
    const client = new PlainClient()
    await client.initialize(EXAMPLES)
    const ready = performance.now()
    client.open(URI, text)
    await hintsOf(client)
    const end = performance.now()
    whole.push(end - start)
    opened.push(end - ready)
    await client.shutdown()
  }
  const median = (times: number[]): number =>
    percentile(
      times.sort((left, right) => left - right),
      0.5,
    )
  const ratio = (median(opened) / median(empty)).toFixed(1)
  return [
    {
      what: `First hints after a file of ${LINES} lines is opened, cold server`,
      result: `${milliseconds(median(opened))} after opening, ${milliseconds(median(whole))} after the process was started; ${ratio} times the start of an empty Node (medians of ${COLD_STARTS})`,
      target: "at most 300 ms",
      isMet: median(opened) <= 300,
    },
  ]
}

/** Opens every model file of torchvision and timm, one after the other, as somebody does who looks around. */
async function indexing(): Promise<Line[]> {
  const what = "Memory after every model file of torchvision and timm was open"
  const target = "at most 400 MB"
  const [vision, pure] = [fetchLibrary(), fetchPureLibraries()]
  if ("missing" in vision) return [{ what, result: vision.missing, target, isMet: undefined }]
  if ("missing" in pure) return [{ what, result: pure.missing, target, isMet: undefined }]
  const files = [...modelFiles(`${vision.path}/torchvision/models`), ...modelFiles(`${pure.path}/timm/models`)]
  const client = new PlainClient()
  await client.initialize(vision.path, { importPaths: [pure.path] })
  let most = 0
  const start = performance.now()
  for (const file of files) {
    const uri = pathToFileURL(file).href
    client.open(uri, readFileSync(file, "utf8"))
    await hintsOf(client, uri)
    client.notify("textDocument/didClose", { textDocument: { uri } })
    most = Math.max(most, residentBytes(client.process.pid as number))
  }
  const seconds = (performance.now() - start) / 1000
  await pause(4000)
  const after = residentBytes(client.process.pid as number)
  await client.shutdown()
  return [
    {
      what,
      result: `${Math.round(after / 1e6)} MB resident, ${Math.round(most / 1e6)} MB at most, ${files.length} files in ${seconds.toFixed(1)} s`,
      target,
      isMet: after <= 400e6,
    },
  ]
}

/** Nothing happens while nobody does anything. */
async function idle(): Promise<Line[]> {
  const client = new PlainClient()
  await client.initialize(EXAMPLES)
  client.open(URI, program())
  await hintsOf(client)
  // V8 tidies its memory once when nothing has happened for some seconds.
  await pause(12_000)
  const seconds = 10
  const before = processorTicks(client.process.pid as number)
  await pause(seconds * 1000)
  const ticks = processorTicks(client.process.pid as number) - before
  await client.shutdown()
  return [
    {
      what: `Processor time while nobody types, in ${seconds} s`,
      result: `${ticks} ticks of 10 ms`,
      target: "none",
      isMet: ticks === 0,
    },
  ]
}

const MEASUREMENTS: Record<string, () => Promise<Line[]>> = { typing, opening, idle, indexing }

const wanted = process.argv.slice(2)
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const { what, result, target, isMet } of await measure())
    console.log(`${isMet === undefined ? "LEFT OUT" : isMet ? "met     " : "MISSED  "} ${what}: ${result} (${target})`)
}
