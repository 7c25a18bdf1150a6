#!/usr/bin/env node
/** Starts the command `layerscope` from code that V8 compiled in an earlier run, as Python starts from its `.pyc` files: reading the program took longer than a summary. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { homedir } from "node:os"
import { dirname, join } from "node:path"
import { Script } from "node:vm"

const PROGRAM = join(__dirname, "command.cjs")
const CHECKSUM_BYTES = 4
/** Other runs compile too little of the program to remember. */
const WORK: ReadonlySet<string> = new Set(["summary", "check", "explain"])

/** Bytes between those that are looked at: damage comes in sectors, and V8 itself looks at none. */
const STRIDE = 64

/** FNV-1a over the length and some bytes; loads faster than a library that would find intent, which a folder of the user's own need not fear. */
function checksum(content: Uint8Array): number {
  let sum = 0x811c9dc5 ^ content.length
  for (let at = 0; at < content.length; at += STRIDE) sum = Math.imul(sum ^ (content[at] ?? 0), 0x01000193)
  return sum >>> 0
}

/** Where the system keeps what programs can make again. */
function cacheFolder(): string {
  const { env, platform } = process
  if (platform === "win32") return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), "layerscope")
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "layerscope")
  return join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "layerscope")
}

/** One name for each program on each engine: V8 refuses the code of others. */
function cacheName(): string {
  const { size, mtimeMs } = statSync(PROGRAM)
  return `command-${[process.version, process.arch, size, Math.round(mtimeMs)].join("-")}.code`
}

/** A file that was cut off or changed is none. */
function remembered(path: string): Buffer | undefined {
  try {
    const content = readFileSync(path)
    const code = content.subarray(CHECKSUM_BYTES)
    return checksum(code) === content.readUInt32LE() ? code : undefined
  } catch {
    return undefined
  }
}

/** Written beside and moved, so that a run at the same time reads all or nothing; a folder that cannot be written is no harm. */
function remember(folder: string, name: string, code: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const old of readdirSync(folder)) if (/^command-[-.\w]+\.code$/.test(old)) rmSync(join(folder, old))
    const beside = join(folder, `${name}.${process.pid}`)
    const head = Buffer.alloc(CHECKSUM_BYTES)
    head.writeUInt32LE(checksum(code))
    writeFileSync(beside, Buffer.concat([head, code]), { mode: 0o600 })
    renameSync(beside, join(folder, name))
  } catch {}
}

function start(): void {
  // Node's own word for it.
  const isWanted = !process.env["NODE_DISABLE_COMPILE_CACHE"]
  const folder = cacheFolder()
  const name = cacheName()
  const cachedData = isWanted ? remembered(join(folder, name)) : undefined
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(PROGRAM, "utf8")}\n})`
  const script = new Script(source, { filename: PROGRAM, ...(cachedData && { cachedData }) })
  const program = { exports: {} }
  script.runInThisContext()(program.exports, createRequire(PROGRAM), program, PROGRAM, dirname(PROGRAM))
  // Once it has run: then the functions that a run needs are compiled, too.
  const isComplete = WORK.has(process.argv[2] ?? "")
  if (isWanted && isComplete && (!cachedData || script.cachedDataRejected))
    process.on("exit", () => remember(folder, name, script.createCachedData()))
}

// The language server is a program of its own, which takes what stands behind `lsp` from the command line itself.
if (process.argv[2] === "lsp" && process.argv.includes("--stdio")) createRequire(PROGRAM)("./server.cjs")
else start()
