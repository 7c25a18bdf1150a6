/**
 * How the parser libraries go into a bundle: pyright's parser without what it does not need to parse, and TypeScript's parser cut out of its
 * package into a file of its own, so that it is loaded only when JavaScript is read.
 */

import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { basename } from "node:path"

const require = createRequire(import.meta.url)
const PYRIGHT = "@zzzen/pyright-internal/dist"

/** An esbuild plugin. Of pyright's messages only the parser's English ones stay; of its files and clocks nothing. */
export const slimPyright = {
  name: "slim-pyright",
  setup(build) {
    build.onResolve({ filter: /(?:^|\/)localization\/localize(?:\.js)?$/ }, () => ({ path: "messages", namespace: "slim-pyright" }))
    build.onResolve({ filter: /(?:^|\/)(?:uri\/uri|timing|serviceProvider|pathUtils)$/ }, ({ path, importer }) =>
      importer.includes("pyright-internal") ? { path: basename(path), namespace: "slim-pyright" } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: "slim-pyright" }, async ({ path }) => ({ contents: await substitute(path), loader: "js" }))
  },
}

// What the parser asks of Node, and what answers in a browser.
const NODE_IN_BROWSER = [
  ["Buffer.from(str, 'utf8').toString('utf8')", "new TextDecoder().decode(new TextEncoder().encode(str))"],
  ["process.execArgv.join()", '""'],
]

/** An esbuild plugin: pyright's parser where there is no Node. */
export const pyrightInBrowser = {
  name: "pyright-in-browser",
  setup(build) {
    build.onLoad({ filter: /pyright-internal[\\/]dist[\\/]common[\\/]core\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8")
      const missing = NODE_IN_BROWSER.filter(([used]) => !source.includes(used))
      if (missing.length > 0) throw new Error(`pyright's core.js has no ${missing.map(([used]) => used).join(", ")} any more`)
      return { contents: NODE_IN_BROWSER.reduce((text, [used, instead]) => text.replace(used, instead), source), loader: "js" }
    })
  },
}

const TIMING = `
  class Stopwatch { timeOperation(run, ...args) { return run(...args) } subtractFromTime(run) { return run() } }
  export const timingStats = new Proxy({}, { get: () => new Stopwatch() })
  export class Duration { getDurationInMilliseconds() { return 0 } }`

const NOTHING = `
  export const Uri = {}
  export const isServiceProvider = () => false
  export const appendArray = (target, items) => { for (const item of items) target.push(item) }`

async function substitute(path) {
  if (path === "messages") return messages()
  return path === "timing" ? TIMING : NOTHING
}

/** Texts with {holes} are formatted by the caller, the others are plain strings. */
async function messages() {
  const all = require(`${PYRIGHT}/localization/package.nls.en-us.json`)
  const sources = await Promise.all(
    ["parser", "tokenizer"].map((file) => readFile(require.resolve(`${PYRIGHT}/parser/${file}.js`), "utf8")),
  )
  const used = (group, table) => {
    const keys = new Set(sources.join("").match(new RegExp(`(?<=${group}\\.)\\w+`, "g")))
    return Object.fromEntries([...keys].filter((key) => key in table).map((key) => [key, table[key].message ?? table[key]]))
  }
  return `
    const fill = (text) => (values) => Object.entries(values).reduce((filled, [key, value]) => filled.replaceAll("{" + key + "}", value), text)
    const table = (texts) => new Proxy(texts, { get: (_, key) => () => { const text = texts[key] ?? String(key); return text.includes("{") ? { format: fill(text) } : text } })
    export const LocMessage = table(${JSON.stringify(used("LocMessage", all.Diagnostic))})
    export const LocAddendum = table(${JSON.stringify(used("LocAddendum", all.DiagnosticAddendum))})
    export const setForceEnglishDiagnostics = () => {}
    export class ParameterizedString {}`
}

// What the lowering asks of the library beside the parser itself.
const EXPORTS = [
  "createSourceFile",
  "forEachChild",
  "getTokenPosOfNode",
  "idText",
  "isPrivateIdentifier",
  "tokenToString",
  "JSDocParsingMode",
  "NodeFlags",
  "ScriptKind",
  "ScriptTarget",
  "SyntaxKind",
  "isAccessor",
  "isArrayBindingPattern",
  "isArrayLiteralExpression",
  "isArrayTypeNode",
  "isArrowFunction",
  "isBinaryExpression",
  "isBindingElement",
  "isBlock",
  "isCaseClause",
  "isClassStaticBlockDeclaration",
  "isComputedPropertyName",
  "isConstructorDeclaration",
  "isDecorator",
  "isDoStatement",
  "isExternalModuleReference",
  "isForInStatement",
  "isForOfStatement",
  "isForStatement",
  "isGetAccessor",
  "isIdentifier",
  "isJsxText",
  "isLiteralExpression",
  "isLiteralTypeNode",
  "isMethodDeclaration",
  "isNamespaceExport",
  "isNamespaceImport",
  "isObjectBindingPattern",
  "isObjectLiteralExpression",
  "isParenthesizedExpression",
  "isParenthesizedTypeNode",
  "isPropertyAssignment",
  "isPropertyDeclaration",
  "isSetAccessor",
  "isShorthandPropertyAssignment",
  "isSpreadAssignment",
  "isSpreadElement",
  "isTemplateHead",
  "isTemplateMiddleOrTemplateTail",
  "isTupleTypeNode",
  "isTypeReferenceNode",
  "isUnionTypeNode",
  "isVariableDeclarationList",
]

/**
 * The source of TypeScript's parser as one module, for esbuild to shake. The package marks where each of its files begins; when the marks are
 * not where they were, the answer is undefined and the whole package is to be bundled.
 */
export async function typescriptParserSource() {
  const whole = await readFile(require.resolve("typescript"), "utf8")
  const [start, system, path, end] = ["corePublic", "sys", "path", "commandLineParser"].map((file) =>
    whole.indexOf(`// src/compiler/${file}.ts`),
  )
  if (!(0 < start && start < system && system < path && path < end)) return undefined
  const kept = `${whole.slice(start, system)}var sys = undefined;\n${whole.slice(path, end)}`
  const shakeable = withUsedDiagnostics(kept)
    .replace(/^__export\(\w+, \{\n[\s\S]*?^\}\);\n/gm, "")
    .replace(/^var (\w+) = \(\(/gm, "var $1 = /* @__PURE__ */ ((")
    .replace(/^var (\w+) = (?=[A-Za-z_]\w*\()/gm, "var $1 = /* @__PURE__ */ ")
    .replace(/^var (\w+) = new /gm, "var $1 = /* @__PURE__ */ new ")
  return `${shakeable}\nexport { ${EXPORTS.join(", ")} };\n`
}

/** Of the thousands of messages only those the scanner and the parser can give. */
function withUsedDiagnostics(source) {
  const used = new Set(source.slice(source.indexOf("// src/compiler/scanner.ts")).match(/(?<=Diagnostics\.)\w+/g))
  return source.replace(/^var Diagnostics = \{\n[\s\S]*?^\};\n/m, (table) =>
    table.replace(/^ {2}(\w+): diag\((?:.*\),?\n|\n[\s\S]*?^ {2}\),?\n)/gm, (line, key) => (used.has(key) ? line : "")),
  )
}

/** esbuild options for the file that LAYERSCOPE_TYPESCRIPT names in the other bundles. */
export async function typescriptBundle() {
  const contents = (await typescriptParserSource()) ?? 'module.exports = require("typescript")'
  return {
    stdin: { contents, resolveDir: new URL(".", import.meta.url).pathname, loader: "js" },
    bundle: true,
    minify: true,
    format: "cjs",
    platform: "node",
    logLevel: "error",
  }
}
