/** Runs other programs: quietly while they do well, with all they said when they fail. */

import { spawn } from "node:child_process"
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, join } from "node:path"

export interface RunOptions {
  folder?: string
  environment?: Record<string, string>
  /** Its output goes straight to ours. */
  loud?: boolean
}

/** Resolves to what it printed; rejects with the same when it fails. */
export function run(program: string, parameters: readonly string[], options: RunOptions = {}): Promise<string> {
  const isScript = process.platform === "win32" && /^(npm|npx|code)$/.test(program)
  const child = spawn(program, parameters, {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", options.loud ? "inherit" : "pipe", options.loud ? "inherit" : "pipe"],
    shell: isScript,
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${program} ${parameters.join(" ")}: ${code}\n${output}`)),
    )
  })
}

/** The full path of a program on PATH. */
export function which(program: string): string | undefined {
  const endings = process.platform === "win32" ? [".cmd", ".exe"] : [""]
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean)
  return folders.flatMap((folder) => endings.map((ending) => join(folder, program + ending))).find(isProgram)
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
