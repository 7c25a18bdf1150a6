/** Makes everything in `dist/`: one bundle for each program that starts by itself, and the files that they load. */

import { cpSync, existsSync, statSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { pyrightInBrowser, slimPyright, typescriptBundle } from "./syntax/bundle.mjs"

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")
const DIST = join(ROOT, "dist")

const shared = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  // CommonJS has no `import.meta`; the one place that asks knows.
  logOverride: { "empty-import-meta": "silent" },
  loader: { ".md": "text", ".svg": "text" },
  define: { LAYERSCOPE_TYPESCRIPT: JSON.stringify("./typescript.cjs") },
  plugins: [slimPyright],
}

const node = { ...shared, platform: "node", target: "node20" }
const inEditor = { ...node, format: "cjs", external: ["vscode", "./client.cjs"] }
/** In a browser a file `name.web.ts` stands for the `name.ts` beside it. */
const webTwins = {
  name: "web-twins",
  setup(build) {
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) => {
      const twin = resolve(resolveDir, path.replace(/\.ts$/, ".web.ts"))
      return existsSync(twin) ? { path: twin } : undefined
    })
  },
}
const inBrowser = {
  ...shared,
  platform: "browser",
  target: "es2022",
  format: "iife",
  plugins: [webTwins, slimPyright, pyrightInBrowser],
}
const webExtension = { ...inBrowser, format: "cjs", external: ["vscode"] }
const inWebview = { ...shared, platform: "browser", target: "es2022", format: "iife" }

// One line for each program: what it is made of, where it goes, how.
const PROGRAMS = [
  ["src/cli/start.ts", "cli.js", { ...node, format: "cjs" }],
  ["src/cli/main.ts", "command.cjs", { ...node, format: "cjs" }],
  ["src/editor/extension.ts", "extension.cjs", inEditor],
  ["src/editor/client.ts", "client.cjs", inEditor],
  ["src/editor/server.ts", "server.cjs", inEditor],
  ["src/editor/analysis.ts", "analysis.cjs", inEditor],
  ["src/editor/thread.ts", "thread.cjs", inEditor],
  // The plain backend registers itself when loaded, which its package forgets to say.
  ["src/checks/worker.ts", "checks.cjs", { ...node, format: "cjs", ignoreAnnotations: true }],
  ["webview/panel.ts", "panel.js", inWebview],
  ["webview/model/page.ts", "model.js", inWebview],
  ["src/editor/extension.ts", "web/extension.js", webExtension],
  ["src/editor/server.ts", "web/server.js", inBrowser],
  ["src/editor/analysis.ts", "web/analysis.js", inBrowser],
  ["src/checks/worker.ts", "web/checks.js", { ...inBrowser, ignoreAnnotations: true }],
  ["test/vscode/index.ts", "test/suite.cjs", { ...inEditor, minify: false }],
  [
    "test/vscode/index.ts",
    "test/web-suite.js",
    { ...webExtension, minify: false, alias: { "node:assert/strict": "./test/vscode/assert.web.ts" } },
  ],
]

// Files that programs load as they are.
const ASSETS = [
  ["webview/panel.css", "panel.css"],
  ["media/examples/lenet5.py", "example.py"],
  ["webview/model.css", "model.css"],
  ["node_modules/elkjs/lib/elk-worker.min.js", "layout.js"],
  ["node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm", "tfjs-backend-wasm.wasm"],
  ["node_modules/@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-simd.wasm"],
]

await Promise.all([
  ...PROGRAMS.map(([entry, file, options]) => build({ ...options, entryPoints: [entry], outfile: join(DIST, file) })),
  typescriptBundle().then((options) => build({ ...options, outfile: join(DIST, "typescript.cjs") })),
  typescriptBundle().then((options) =>
    build({
      ...options,
      format: "iife",
      platform: "browser",
      globalName: "LayerscopeTypeScript",
      outfile: join(DIST, "web/typescript.js"),
    }),
  ),
])
// node then starts `cli.js` without its loader of modules, which takes as long as a small summary.
writeFileSync(join(DIST, "package.json"), '{ "type": "commonjs" }\n')
for (const [source, file] of ASSETS) cpSync(join(ROOT, source), join(DIST, file))
for (const file of ["typescript.cjs", "web/typescript.js", ...[...PROGRAMS, ...ASSETS].map(([, name]) => name)])
  console.log(`${file.padEnd(28)} ${(statSync(join(DIST, file)).size / 1000).toFixed(0).padStart(6)} kB`)
