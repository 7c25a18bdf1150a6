/** Brings a VS Code server and its Node out of the npm registry into the ignored `.cache/`, once. */

import { existsSync } from "node:fs"
import { copyFile, mkdir, rename, rm, symlink } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import type { Release } from "./releases.ts"
import { run } from "./run.ts"

export const ROOT = resolve(import.meta.dirname, "../..")
const CACHE = join(ROOT, ".cache/vscode")

export interface Installation {
  release: Release
  /** The Node to run it with. */
  node: string
  /** The folder that holds `out/server-main.js`. */
  folder: string
}

export async function install(release: Release): Promise<Installation> {
  const node = await nodeFor(release)
  const home = await unpacked("code-server", release.codeServer, (fresh) => prepare(join(fresh, "lib/vscode"), node))
  return { release, node, folder: join(home, "lib/vscode") }
}

/** The running Node where it is of the right line, otherwise the one npm carries for this platform. */
async function nodeFor({ node }: Release): Promise<string> {
  if (process.versions.node.split(".")[0] === node.split(".")[0]) return process.execPath
  const platform = process.platform === "win32" ? "win" : process.platform
  const home = await unpacked(`node-${platform}-${process.arch}`, node)
  return join(home, process.platform === "win32" ? "bin/node.exe" : "bin/node")
}

/** A package's folder, without what it depends on. An interrupted installation leaves nothing that looks finished: the folder gets its name last. */
export async function unpacked(name: string, version: string, prepareFresh?: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(CACHE, `${name}-${version}`)
  if (existsSync(folder)) return folder
  console.log(`Installing ${name} ${version} into .cache/vscode`)
  const fresh = join(CACHE, `.fresh-${name}-${process.pid}`)
  await mkdir(fresh, { recursive: true })
  await run("npm", ["pack", "--silent", `${name}@${version}`], { folder: fresh })
  await run("tar", ["xzf", `${name}-${version}.tgz`], { folder: fresh })
  await prepareFresh?.(join(fresh, "package"))
  await rename(join(fresh, "package"), folder)
  await rm(fresh, { recursive: true })
  return folder
}

/** The package's own step after installing compiles what tests do not need and downloads what may be out of reach. */
async function prepare(server: string, node: string): Promise<void> {
  await run("npm", ["install", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"], { folder: server })
  await symlink("node_modules", join(server, "node_modules.asar"), "junction").catch(ignoreExisting)
  await supplyLogger(join(server, "node_modules/@vscode/spdlog"), node)
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error
}

/** The logger is the one native module without which the server does not start. It is built where Node's headers are. */
async function supplyLogger(module: string, node: string): Promise<void> {
  const prefix = dirname(dirname(node))
  try {
    if (!existsSync(join(prefix, "include/node/node_api.h"))) throw new Error("no headers of Node")
    await run("npx", ["--yes", "node-gyp@11", "rebuild", `--nodedir=${prefix}`], { folder: module })
  } catch (error) {
    console.log(`The server logs through a stand-in in JavaScript (${String((error as Error).message).split("\n")[0]})`)
    await copyFile(join(import.meta.dirname, "logger.cjs"), join(module, "index.js"))
  }
}
