/** `npm start`: VS Code with Layerscope on the examples. The one on PATH, otherwise the embedded one, in the browser. Ctrl-C ends everything. */

import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { install, ROOT } from "./install.ts"
import { RELEASES } from "./releases.ts"
import { run, which } from "./run.ts"
import { startServer } from "./server.ts"
import { SETTINGS } from "./settings.ts"
import { addressOf } from "./workbench.ts"

const EXAMPLES = join(ROOT, "media/examples")

// What opens an address in the user's browser, by platform.
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { linux: "xdg-open", darwin: "open" }

await (which("code") ? startDesktop() : startEmbedded())

async function startDesktop(): Promise<void> {
  await run("code", ["--new-window", `--extensionDevelopmentPath=${ROOT}`, EXAMPLES, "--goto", join(EXAMPLES, "lenet5.py")], { loud: true })
}

async function startEmbedded(): Promise<void> {
  const data = join(ROOT, ".cache/vscode/data")
  mkdirSync(data, { recursive: true })
  const server = await startServer(await install(RELEASES.oldest), { data, settings: SETTINGS })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, server.stop)
  const address = await shortened(addressOf(server, { folder: EXAMPLES, extension: ROOT, file: join(EXAMPLES, "lenet5.py") }))
  console.log(`\nVS Code ${RELEASES.oldest.vscode} with Layerscope on the examples, until Ctrl-C:\n\n  ${address}\n`)
  showInBrowser(address)
  await server.ended
  process.exit()
}

/** An address that a person can type, leading to the long one. */
function shortened(address: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(302, { location: address }).end())
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address()
      resolve(bound && typeof bound === "object" ? `http://127.0.0.1:${bound.port}/` : address)
    })
  })
}

function showInBrowser(address: string): ChildProcess | undefined {
  const opener = OPENERS[process.platform]
  const path = opener && which(opener)
  return path ? spawn(path, [address], { stdio: "ignore" }).on("error", () => {}) : undefined
}
