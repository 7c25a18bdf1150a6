// Fetches the pinned torchvision wheel with the machine's own pip and unpacks it into the ignored cache; it is never installed.
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url))
const REQUIREMENTS = fileURLToPath(new URL("./requirements.txt", import.meta.url))
const CACHE = `${REPOSITORY}.cache/library`
const PYTHON = ["python3", "python"].find((name) => spawnSync(name, ["-m", "pip", "--version"]).status === 0)

// The wheel's own tags, so that every machine and every Python fetches the same file: only its Python source is read.
const WHEEL = [
  "--only-binary=:all:",
  "--python-version",
  "3.11",
  "--implementation",
  "cp",
  "--abi",
  "cp311",
  "--platform",
  "manylinux_2_28_x86_64",
]

/** The folder that holds `torchvision/`, or a sentence saying why there is none. */
export type Library = { path: string } | { missing: string }

export function fetchLibrary(): Library {
  const path = `${CACHE}/torchvision`
  if (existsSync(`${path}/torchvision/__init__.py`)) return { path }
  mkdirSync(CACHE, { recursive: true })
  const failure = download() ?? unpack(path)
  return failure ? { missing: failure } : { path }
}

function download(): string | undefined {
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-r", REQUIREMENTS, "-d", CACHE, ...WHEEL]
  if (!PYTHON) return "there is no Python with pip on this machine"
  const run = spawnSync(PYTHON, pip, { encoding: "utf8" })
  return run.status === 0 ? undefined : `pip could not download torchvision: ${run.stderr.trim().split("\n").at(-1)}`
}

function unpack(path: string): string | undefined {
  const wheel = readdirSync(CACHE).find((name) => name.startsWith("torchvision-") && name.endsWith(".whl"))
  if (!wheel) return "pip answered well but left no wheel"
  // Into a folder of another name first, so that an interrupted run is not taken for a whole one.
  const half = `${path}.half-${process.pid}`
  const run = spawnSync(PYTHON as string, ["-m", "zipfile", "-e", `${CACHE}/${wheel}`, half], { encoding: "utf8" })
  if (run.status !== 0) return `the wheel could not be unpacked: ${run.stderr.trim()}`
  if (!existsSync(path)) renameSync(half, path)
  return undefined
}

/** The folder that holds the pure Python libraries, or a sentence saying why there is none. */
export function fetchPureLibraries(): Library {
  const path = `${CACHE}/pure`
  if (existsSync(path)) return { path }
  if (!PYTHON) return { missing: "there is no Python with pip on this machine" }
  const half = `${path}.half-${process.pid}`
  const requirements = fileURLToPath(new URL("./libraries-requirements.txt", import.meta.url))
  const wheels = ["--only-binary=:all:", "--python-version", "3.11", "--implementation", "py", "--abi", "none", "--platform", "any"]
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-r", requirements, "-d", `${half}.wheels`, ...wheels]
  const run = spawnSync(PYTHON, pip, { encoding: "utf8" })
  if (run.status !== 0) return { missing: `pip could not download the libraries: ${run.stderr.trim().split("\n").at(-1)}` }
  for (const wheel of readdirSync(`${half}.wheels`)) spawnSync(PYTHON, ["-m", "zipfile", "-e", `${half}.wheels/${wheel}`, half])
  renameSync(half, path)
  rmSync(`${half}.wheels`, { recursive: true })
  return { path }
}
