/** Programs that start from code V8 compiled in an earlier run, as Python starts from its `.pyc` files: compiling takes longer than small work. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { homedir } from "node:os"
import { basename, dirname, join } from "node:path"
import { Script } from "node:vm"

const CHECKSUM_BYTES = 4

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

/** "command-v20.20.0-x64-": V8 refuses the code of other engines. */
const prefixOf = (program: string): string => `${basename(program, ".cjs")}-${process.version}-${process.arch}-`

function cacheName(program: string): string {
  const { size, mtimeMs } = statSync(program)
  return `${prefixOf(program)}${size}-${Math.round(mtimeMs)}.code`
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
function remember(folder: string, prefix: string, name: string, code: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const old of readdirSync(folder)) if (old.startsWith(prefix) && old.endsWith(".code")) rmSync(join(folder, old))
    const beside = join(folder, `${name}.${process.pid}`)
    const head = Buffer.alloc(CHECKSUM_BYTES)
    head.writeUInt32LE(checksum(code))
    writeFileSync(beside, Buffer.concat([head, code]), { mode: 0o600 })
    renameSync(beside, join(folder, name))
  } catch {}
}

/** Runs a program; what comes back remembers its compiled code, and is to be called when all that usually runs has run. Nothing comes back when it is remembered. */
export function runCompiled(program: string): (() => void) | undefined {
  // Node's own word for it.
  const isWanted = !process.env["NODE_DISABLE_COMPILE_CACHE"]
  const folder = cacheFolder()
  const name = cacheName(program)
  const cachedData = isWanted ? remembered(join(folder, name)) : undefined
  const source = `(function(exports,require,module,__filename,__dirname){${readFileSync(program, "utf8")}\n})`
  const script = new Script(source, { filename: program, ...(cachedData && { cachedData }) })
  const made = { exports: {} }
  script.runInThisContext()(made.exports, createRequire(program), made, program, dirname(program))
  if (!isWanted || (cachedData && !script.cachedDataRejected)) return undefined
  return () => remember(folder, prefixOf(program), name, script.createCachedData())
}
