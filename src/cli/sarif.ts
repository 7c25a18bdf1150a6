/** Problems in SARIF, the format that code scanners exchange. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { createHash } from "node:crypto"
import { isAbsolute, relative, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import packageJson from "../../package.json"
import { RULES } from "../facts/rules/catalogue.ts"
import type { Severity } from "../facts/rules/rule.ts"
import type { Finding } from "./finding.ts"

const LEVELS: Record<Severity, string> = { error: "error", warning: "warning", hint: "note" }

/** `unread` says what could not be read, and why. */
export function sarifOf(findings: readonly Finding[], unread: readonly string[]): object {
  const run = {
    tool: { driver: { name: packageJson.displayName, semanticVersion: packageJson.version, rules: RULES.map(ruleOf) } },
    invocations: [
      {
        executionSuccessful: unread.length === 0,
        toolExecutionNotifications: unread.map((text) => ({ level: "error", message: { text } })),
      },
    ],
    columnKind: "utf16CodeUnits",
    results: resultsOf(findings),
  }
  return { $schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
}

const ruleOf = ({ code, severity, title, what, why, fix }: (typeof RULES)[number]) => ({
  id: code,
  shortDescription: { text: title },
  fullDescription: { text: `${what} ${why}` },
  help: { text: fix },
  defaultConfiguration: { level: LEVELS[severity] },
})

const indexOfRule = new Map<string, number>(RULES.map(({ code }, index) => [code, index]))

function resultsOf(findings: readonly Finding[]): object[] {
  // Lines that are alike are told apart by their order.
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const { code, severity, message, file, text, span } = finding
    const identity = JSON.stringify([nameOf(file), code, text])
    const before = seen.get(identity) ?? 0
    seen.set(identity, before + 1)
    const { start, end } = span
    const region = { startLine: start.line, startColumn: start.character, endLine: end.line, endColumn: end.character }
    return {
      ruleId: code,
      ruleIndex: indexOfRule.get(code) ?? -1,
      level: LEVELS[severity],
      message: { text: message },
      locations: [{ physicalLocation: { artifactLocation: locationOf(file), region } }],
      // Scanners follow a problem through versions of the file by this.
      partialFingerprints: { "layerscope/v1": createHash("sha256").update(`${identity}:${before}`).digest("hex") },
    }
  })
}

/** From the folder the command runs in, where the file lies below it. */
function nameOf(file: string): string {
  const way = relative(process.cwd(), resolve(file)).replaceAll("\\", "/")
  return way.startsWith("../") || isAbsolute(way) ? pathToFileURL(resolve(file)).href : way
}

function locationOf(file: string): object {
  const name = nameOf(file)
  return name.startsWith("file:") ? { uri: name } : { uri: name.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" }
}
