/** Starts an installed VS Code server with a folder of its own for everything it keeps, and ends it with all its children. */

import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, openSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Installation } from "./install.ts"
import { run } from "./run.ts"

export interface ServerOptions {
  /** Holds settings, extensions and logs. */
  data: string
  settings?: Record<string, unknown>
  /** A packed extension to install first. */
  vsix?: string | undefined
  environment?: Record<string, string>
}

export interface Server {
  authority: string
  ended: Promise<number | null>
  stop(): void
}

const START_LIMIT = 30_000

export async function startServer(installation: Installation, options: ServerOptions): Promise<Server> {
  mkdirSync(join(options.data, "data/User"), { recursive: true })
  writeFileSync(join(options.data, "data/User/settings.json"), JSON.stringify(options.settings ?? {}))
  if (options.vsix) await installExtension(installation, options.data, options.vsix)
  const port = await freePort()
  const child = spawnServer(installation, options, port)
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve))
  const stop = () => endGroup(child)
  process.on("exit", stop)
  await answering(`http://127.0.0.1:${port}/`, ended, join(options.data, "server.log"))
  return { authority: `127.0.0.1:${port}`, ended, stop }
}

const STARTER = join(import.meta.dirname, "serve.cjs")

function spawnServer({ node, folder }: Installation, { data, environment }: ServerOptions, port: number): ChildProcess {
  const log = openSync(join(data, "server.log"), "a")
  const main = join(folder, "out/server-main.js")
  const given = [
    "--host=127.0.0.1",
    `--port=${port}`,
    "--without-connection-token",
    "--accept-server-license-terms",
    `--server-data-dir=${data}`,
    "--enable-smoke-test-driver",
  ]
  // Its own process group, because the extension hosts are children of its own.
  return spawn(node, [STARTER, main, ...given], {
    detached: process.platform !== "win32",
    env: { ...process.env, ...environment },
    stdio: ["ignore", log, log],
  })
}

/** The server unpacks it as a user's would; nothing is looked up. */
async function installExtension({ node, folder }: Installation, data: string, vsix: string): Promise<void> {
  await run(node, [
    join(folder, "out/server-main.js"),
    "--accept-server-license-terms",
    `--server-data-dir=${data}`,
    `--install-extension=${vsix}`,
    "--force",
  ])
}

function endGroup(child: ChildProcess): void {
  if (child.exitCode !== null || child.pid === undefined) return
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGTERM")
  } catch {
    // It ended by itself meanwhile.
  }
}

async function answering(address: string, ended: Promise<number | null>, log: string): Promise<void> {
  let status: number | null | undefined
  void ended.then((code) => (status = code))
  for (const start = Date.now(); Date.now() - start < START_LIMIT; await setTimeout(100)) {
    if (status !== undefined) break
    const answer = await fetch(address).catch(() => undefined)
    if (answer?.ok) return
  }
  throw new Error(`VS Code's server did not answer; it wrote ${log}`)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))))
    })
  })
}
