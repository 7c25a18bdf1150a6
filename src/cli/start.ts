#!/usr/bin/env node
/** Starts the command `layerscope` from code that V8 compiled in an earlier run, and the language server, which is a program of its own. */
import { createRequire } from "node:module"
import { join } from "node:path"
import { runCompiled } from "../editor/compiled.ts"

const PROGRAM = join(__dirname, "command.cjs")
/** Other runs compile too little of the program to remember. */
const WORK: ReadonlySet<string> = new Set(["summary", "check", "explain"])

function start(): void {
  const remember = runCompiled(PROGRAM)
  // Once it has run: then the functions that a run needs are compiled, too.
  if (remember && WORK.has(process.argv[2] ?? "")) process.on("exit", remember)
}

// The server takes what stands behind `lsp` from the command line itself.
if (process.argv[2] === "lsp" && process.argv.includes("--stdio")) createRequire(PROGRAM)("./server.cjs")
else start()
