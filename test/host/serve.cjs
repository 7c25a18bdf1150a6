/** Starts code-server's VS Code, whichever way its age wants: node serve.cjs SERVER_MAIN --host … --port … */

const { createServer } = require("node:http")
const { readFileSync } = require("node:fs")

const [main, ...parameters] = process.argv.slice(2)

/** Releases before 1.97 are a library: what they export answers the requests of a server that we open. */
async function serveLibrary() {
  const options = Object.fromEntries(parameters.map((parameter) => parameter.replace(/^--/, "").split("=")).map(([key, value = true]) => [key, value]))
  const { loadCodeWithNls } = require(main)
  const vscode = await (await loadCodeWithNls()).createServer(null, { ...options, compatibility: "1.64" })
  const server = createServer((request, response) => vscode.handleRequest(request, response))
  server.on("upgrade", (request, socket) => vscode.handleUpgrade(request, socket))
  server.listen(Number(options.port), options.host)
}

if (readFileSync(main, "utf8").includes("module.exports.loadCodeWithNls")) serveLibrary()
else {
  process.argv.splice(1, 2, main)
  import(main)
}
