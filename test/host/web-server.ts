/** Serves the workbench without any server of VS Code's behind it, as on the web: the extension, its tests and their files come over HTTP, too. */

import { existsSync, readFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from "node:http"
import { extname, join, normalize } from "node:path"
import type { Answer, Request } from "../vscode/requests.ts"
import { type Installation, ROOT } from "./install.ts"
import { SETTINGS } from "./settings.ts"

export interface WebServer {
  /** http://localhost:… */
  address: string
  stop(): void
}

export interface WebServerOptions {
  /** Text by path: what the memory file system holds. */
  files: Readonly<Record<string, string>>
  /** Whether the suite is run; else a person is expected. */
  runsSuite: boolean
  /** Carries out what the suite asks of the driver. */
  answer(request: Request): Promise<Answer>
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".cjs": "text/javascript",
  ".css": "text/css",
  ".html": "text/html",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
}

const WORKBENCH = "out/vs/code/browser/workbench"

export async function serveWeb(installation: Installation, options: WebServerOptions): Promise<WebServer> {
  const changed = changedFiles(installation.folder)
  const server = createServer((request, response) => {
    respond({ ...installation, ...options, changed }, request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  const port = await listening(server)
  return {
    address: `http://localhost:${port}`,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function listening(server: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on("error", reject).listen(0, "localhost", () => {
      const bound = server.address()
      if (bound && typeof bound === "object") resolve(bound.port)
    })
  })
}

type Served = Installation & WebServerOptions & { readonly changed: ReadonlyMap<string, string> }

/** Folders of this machine by the first part of a path. */
const FOLDERS: Readonly<Record<string, (installation: Installation) => string>> = {
  code: ({ folder }) => folder,
  extension: () => ROOT,
  memory: () => join(ROOT, "test/host/memory-files"),
}

async function respond(served: Served, request: IncomingMessage, response: ServerResponse) {
  const { pathname } = new URL(request.url ?? "/", "http://localhost")
  const send = (type: string, content: string | Uint8Array) =>
    response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*", "cache-control": "no-store" }).end(content)
  if (pathname === "/") return send("text/html", page(served, request.headers.host ?? ""))
  if (pathname === "/files.json") return send("application/json", JSON.stringify(served.files))
  if (pathname === "/filter") return send("text/plain", process.env["LAYERSCOPE_FILTER"] ?? "")
  if (pathname === "/driver")
    return send("application/json", JSON.stringify(await served.answer(JSON.parse(await bodyOf(request)) as Request)))
  const [, first = "", rest = ""] = /^\/([^/]+)\/(.*)$/.exec(decodeURIComponent(pathname)) ?? []
  const folder = FOLDERS[first]?.(served)
  const changed = first === "code" ? served.changed.get(rest) : undefined
  const content =
    changed ?? (folder && !normalize(rest).startsWith("..") ? await readFile(join(folder, rest)).catch(() => undefined) : undefined)
  // This build leaves out what its own extensions run in a browser.
  if (!content && /^extensions\/.+\/dist\/browser\//.test(rest)) return send("text/javascript", "exports.activate = () => {}")
  if (!content) return response.writeHead(404).end()
  return send(TYPES[extname(rest)] ?? "application/octet-stream", content)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}

/** This build of the workbench always names a server, and keeps the user's settings there; on the web there is none. */
const WITHOUT_SERVER: readonly (readonly [RegExp, string])[] = [
  [/remoteAuthority:\s*(?:window\.)?location\.host/, "remoteAuthority:undefined"],
  [/(\.file\(this\.userDataPath\)\.with\(\{\s*scheme:\s*[\w$.]+\.)vscodeRemote\b/, "$1vscodeUserData"],
]

/** The files of the workbench that are changed, by path; older releases spread over two. */
function changedFiles(folder: string): ReadonlyMap<string, string> {
  const paths = [`${WORKBENCH}/workbench.js`, "out/vs/workbench/workbench.web.main.js"].filter((path) => existsSync(join(folder, path)))
  const files = new Map(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]))
  for (const [pattern, replacement] of WITHOUT_SERVER) {
    const [path, text = ""] = [...files].find(([, content]) => pattern.test(content)) ?? []
    if (path === undefined) throw new Error(`The workbench has nothing that matches ${pattern}`)
    files.set(path, text.replace(pattern, replacement))
  }
  return files
}

function page({ folder, runsSuite }: Served, host: string): string {
  const uri = (path: string) => ({ scheme: "http", authority: host, path })
  const configuration = {
    developmentOptions: {
      extensions: [uri("/extension")],
      enableSmokeTestDriver: true,
      ...(runsSuite && { extensionTestsPath: uri("/extension/dist/test/web-suite.js") }),
    },
    additionalBuiltinExtensions: [uri("/memory")],
    webviewEndpoint: `http://${host}/code/out/vs/workbench/contrib/webview/browser/pre`,
    configurationDefaults: SETTINGS,
    productConfiguration: { extensionsGallery: undefined, enableTelemetry: false },
    callbackRoute: "/callback",
    // What this build asks for besides.
    userDataPath: "/",
    isEnabledFileDownloads: true,
    isEnabledFileUploads: true,
    isEnabledCoderGettingStarted: false,
  }
  const values: Readonly<Record<string, string>> = {
    WORKBENCH_WEB_CONFIGURATION: JSON.stringify(configuration).replaceAll('"', "&quot;"),
    WORKBENCH_AUTH_SESSION: "",
    WORKBENCH_WEB_BASE_URL: "/code",
    WORKBENCH_NLS_URL: "/code/out/nls.messages.js",
    WORKBENCH_NLS_FALLBACK_URL: "/code/out/nls.messages.js",
    BASE: "",
    VS_BASE: "",
  }
  const template = readFileSync(join(folder, WORKBENCH, "workbench.html"), "utf8")
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole)
}
