/** Builds `@tensorflow/tfjs-node` into the ignored `.cache/native` from the package indexes alone, where its own download is out of reach. */

import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { ROOT, unpacked } from "../host/install.ts"
import { run } from "../host/run.ts"

const CACHE = join(ROOT, ".cache/native")

const RELEASE = "4.22.0"

/** The package folder, as the setting `layerscope.checks.nativeLibrary` wants it; the extension in this folder finds it by itself. */
export const LIBRARY = join(CACHE, "tfjs-node")

export const isBuilt = (): boolean => existsSync(join(LIBRARY, "package.json"))

/** Something that this machine lacks; the sentence says what. */
export class Unavailable extends Error {}

/** Builds it once. An interrupted build leaves nothing that looks finished: the folder gets its name last. */
export async function buildNative(): Promise<void> {
  if (isBuilt()) return
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Unavailable("the recipe is for Linux on x64; elsewhere npm install @tensorflow/tfjs-node brings its own")
  await mkdir(CACHE, { recursive: true })
  const tensorflow = await fetchTensorflow()
  console.log(`Building @tensorflow/tfjs-node ${RELEASE} into .cache/native`)
  const fresh = join(CACHE, `.fresh-${process.pid}`)
  await mkdir(fresh)
  await run("npm", ["pack", "--silent", `@tensorflow/tfjs-node@${RELEASE}`], { folder: fresh })
  await run("tar", ["xzf", `tensorflow-tfjs-node-${RELEASE}.tgz`], { folder: fresh })
  const folder = join(fresh, "package")
  await run("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], { folder })
  await linkTensorflow(tensorflow, join(folder, "deps"))
  await run("npx", ["node-pre-gyp", "install", "--build-from-source", `--nodedir=${await headers()}`], { folder })
  await rename(folder, LIBRARY)
  await rm(fresh, { recursive: true })
}

// The wheel's own tags: pip fetches the same file whatever Python runs it.
const WHEEL = ["--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311", "--platform=manylinux_2_27_x86_64"]

// Of a gigabyte only the headers and the two libraries are needed.
const UNPACK = `import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(("tensorflow/include/", "tensorflow/libtensorflow_"))])`

/** The folder with TensorFlow's headers and libraries, out of its Python wheel. */
async function fetchTensorflow(): Promise<string> {
  const folder = join(CACHE, "tensorflow")
  if (existsSync(folder)) return folder
  const python = ["python3", "python"].find((name) => spawnSync(name, ["-m", "pip", "--version"]).status === 0)
  if (!python) throw new Unavailable("there is no Python with pip on this machine")
  console.log("Fetching TensorFlow's library with pip")
  const fresh = join(CACHE, `.wheel-${process.pid}`)
  const requirements = join(import.meta.dirname, "requirements.txt")
  const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-r", requirements, "-d", fresh, ...WHEEL]
  await run(python, pip).catch((error: Error) => {
    throw new Unavailable(`pip could not download TensorFlow: ${error.message.trim().split("\n").at(-1)}`)
  })
  const wheel = (await readdir(fresh)).find((name) => name.endsWith(".whl"))
  await run(python, ["-c", UNPACK, join(fresh, wheel ?? ""), fresh])
  await rename(join(fresh, "tensorflow"), folder)
  await rm(fresh, { recursive: true })
  return folder
}

// What the binding links to, and under which names it looks for it.
const LINKS = [
  ["include", "include"],
  ["lib/libtensorflow.so", "libtensorflow_cc.so.2"],
  ["lib/libtensorflow_cc.so.2", "libtensorflow_cc.so.2"],
  ["lib/libtensorflow_framework.so", "libtensorflow_framework.so.2"],
  ["lib/libtensorflow_framework.so.2", "libtensorflow_framework.so.2"],
] as const

async function linkTensorflow(tensorflow: string, deps: string): Promise<void> {
  await mkdir(join(deps, "lib"), { recursive: true })
  for (const [name, target] of LINKS) await symlink(join(tensorflow, target), join(deps, name))
}

/** A folder with `include/node`: that of the running Node, or the one npm carries. */
async function headers(): Promise<string> {
  const own = dirname(dirname(process.execPath))
  if (existsSync(join(own, "include/node/node_api.h"))) return own
  return unpacked(`node-${process.platform}-${process.arch}`, process.versions.node)
}
