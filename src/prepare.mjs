/** What npm runs in a fresh checkout: makes `dist/`, which is not committed. */

import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..")

/** `npm install --global git+https://…` hands its own "global" down to the installation of what the build needs, which then lands nowhere; it is repeated here. */
function bringDependencies() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(global|location|prefix)$/i.test(name)))
  run("npm", ["install", "--no-global", "--location=project", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"], env)
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", env, shell: process.platform === "win32" })
  if (status !== 0) process.exit(status ?? 1)
}

if (!existsSync(join(ROOT, "node_modules/esbuild"))) bringDependencies()
run(process.execPath, [join(ROOT, "src/build.mjs")])
