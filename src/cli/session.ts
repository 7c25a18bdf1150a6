/** Analyses files for the commands: reads them, keeps what their imports gave, and says what cannot be read. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { resolve } from "node:path"
import type { ModuleRecord } from "../evaluate/modules.ts"
import { analyze, type Analysis } from "../facts/analyze.ts"
import type { StatedInput } from "../facts/inputs.ts"
import type { StatedCall } from "../facts/stated.ts"
import { readNotebook } from "../syntax/notebook.ts"
import { languageOf, parse } from "../syntax/parse.ts"
import type { Host } from "../text/host.ts"
import { type SourceFile, sourceFile } from "../text/source.ts"
import { clockBudget, diskHost, foldersOf, MAXIMUM_BYTES } from "./host.ts"

export interface Job {
  /** left out when the entry is a dotted path below the import roots */
  readonly file?: string | undefined
  readonly entry?: string | undefined
  readonly inputs?: readonly StatedInput[]
  readonly call?: StatedCall | undefined
  readonly paths?: readonly string[]
}

/** Steps of evaluation; some ten times what the largest model of torchvision takes. */
const FUEL = 60_000_000

export interface Session {
  /** The analysis; a text when the file cannot be read. */
  run(job: Job): Analysis | string
}

/** Modules are kept for jobs that look imports up in the same folders. */
export function openSession(timeout: number): Session {
  const kept = new Map<string, { host: Host; modules: Map<string, ModuleRecord> }>()
  let extend = () => {}
  return {
    run(job) {
      const source = sourceOf(job)
      if (typeof source === "string") return source
      const roots = (job.paths ?? []).map((folder) => slashed(resolve(folder)))
      const folders = [...roots, slashed(process.cwd()), ...foldersOf(source.path)]
      const key = folders.join("\n")
      const store = kept.get(key) ?? { host: diskHost(folders, roots, () => extend()), modules: new Map() }
      kept.set(key, store)
      const budget = clockBudget(timeout, FUEL)
      extend = budget.extend
      const { file, path } = source
      return analyze(file, path, store.host, {
        budget,
        tree: parse(file),
        modules: store.modules,
        ...(job.entry !== undefined && { entry: job.entry }),
        ...(job.inputs && { inputs: job.inputs }),
        ...(job.call && { call: job.call }),
      })
    },
  }
}

/** The file to analyse, and where imports start from. */
interface Source {
  readonly file: SourceFile
  readonly path: string
}

function sourceOf(job: Job): Source | string {
  if (job.file === undefined) return importOf(job)
  const path = slashed(resolve(job.file))
  const text = readSource(path, job.file)
  if (typeof text !== "object") return text
  const language = languageOf(path)
  if (!language) return `${job.file}: not a Python, JavaScript or TypeScript file`
  const notebook = path.endsWith(".ipynb") ? readNotebook(text.text) : undefined
  if (notebook && !notebook.ok) return `${job.file}: ${notebook.message}`
  return { file: sourceFile(job.file, language, notebook?.ok ? notebook.notebook.text : text.text), path }
}

/** A file of one import, for an entry that is a dotted path: `torchvision.models.resnet50()`. */
function importOf({ entry = "", paths = [] }: Job): Source | string {
  const module = /^\s*([A-Za-z_]\w*(?:\.\w+)*)\.\w+\s*(?:\(|$)/.exec(entry)?.[1]
  if (module === undefined) return `the entry \`${entry}\` is no dotted path; name a file, or write package.module.function(…)`
  if (paths.length === 0) return "say with --path where the entry's package lies"
  return { file: sourceFile("<entry>", "python", `import ${module}\n`), path: `${slashed(resolve(paths[0] as string))}/<entry>.py` }
}

const slashed = (path: string): string => path.replaceAll("\\", "/")

/** The file's text, or what is wrong with it and how to mend it. */
function readSource(path: string, shown: string): { text: string } | string {
  if (!existsSync(path)) return `${shown}: no such file; check the path`
  const information = statSync(path)
  if (information.isDirectory()) return `${shown}: is a folder; name a file in it`
  if (information.size > MAXIMUM_BYTES)
    return `${shown}: ${Math.round(information.size / 1e6)} MB is more than the ${MAXIMUM_BYTES / 1e6} MB that are read; name the file that holds the model`
  const text = readFileSync(path, "utf8")
  return text.includes("\0") ? `${shown}: is binary; name the source file` : { text }
}
