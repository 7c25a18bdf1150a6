/** How long the client takes to load and to activate, with a stand-in for VS Code's own interface that costs nothing. */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Line, milliseconds, percentile } from "./measuring.ts"

const EXTENSION = fileURLToPath(new URL("../../dist/extension.cjs", import.meta.url))
const INTERFACE = fileURLToPath(new URL("../../node_modules/@types/vscode/index.d.ts", import.meta.url))
const RUNS = 15

// Every property is a function that answers the same thing again.
const PROGRAM = `
  const Module = require("node:module")
  const anything = new Proxy(function () {}, { get: (_, key) => (key === Symbol.toPrimitive ? () => "" : key === Symbol.iterator ? function* () {} : anything), apply: () => anything, construct: () => anything, set: () => true })
  const vscode = Object.fromEntries(process.argv[2].split(" ").map((name) => [name, anything]))
  const load = Module._load
  Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest))
  const start = performance.now()
  require(process.argv[1]).activate({ subscriptions: [], extensionPath: process.cwd(), extensionUri: anything, globalState: anything, workspaceState: anything })
  process.stdout.write(String(performance.now() - start))
  process.exit(0)`

export function activation(): Line[] {
  if (!existsSync(EXTENSION))
    return [{ what: "Activation of the client", result: "dist/ is not built", target: "under 50 ms", isMet: undefined }]
  const names = interfaceNames().join(" ")
  const times = Array.from({ length: RUNS }, () =>
    Number(execFileSync(process.execPath, ["-e", PROGRAM, EXTENSION, names], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })),
  ).sort((left, right) => left - right)
  return [
    {
      what: "Activation of the client, loading included",
      result: `${milliseconds(percentile(times, 0.5))} median of ${RUNS} processes`,
      target: "under 50 ms",
      isMet: percentile(times, 0.5) < 50,
    },
  ]
}

/** What the module `vscode` exports: its namespaces, classes and enumerations, as its types list them. */
function interfaceNames(): string[] {
  const declarations = readFileSync(INTERFACE, "utf8").matchAll(/^\texport (?:abstract )?(?:namespace|class|enum|const) (\w+)/gm)
  return [...new Set([...declarations].map((found) => found[1]!))]
}
