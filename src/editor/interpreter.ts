/** Where the workspace's Python keeps its packages; no Python is run to find out. */
import { readdir, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as vscode from "vscode"

/** The part of the Python extension's interface that is used. */
interface PythonExtension {
  readonly environments?: { getActiveEnvironmentPath(): { readonly path: string } }
}

/** Usual names of environments inside a project. */
const LOCAL_ENVIRONMENTS = [".venv", "venv", "env"]

/** The packages of the interpreter that the Python extension has chosen, else of an environment inside the workspace. */
export async function packageFolders(folders: readonly string[]): Promise<string[]> {
  const chosen = chosenInterpreter()
  const roots = chosen ? [environmentOf(chosen)] : folders.flatMap((folder) => LOCAL_ENVIRONMENTS.map((name) => join(folder, name)))
  return (await Promise.all(roots.map(packagesIn))).flat()
}

/** Asked only where that extension runs already: it is not woken for us. */
function chosenInterpreter(): string | undefined {
  const extension = vscode.extensions.getExtension<PythonExtension>("ms-python.python")
  return extension?.isActive ? extension.exports?.environments?.getActiveEnvironmentPath().path : undefined
}

/** `…/bin/python` and `…\Scripts\python.exe` stand in their environment; a folder is the environment itself. */
const environmentOf = (path: string): string =>
  /[\\/](?:bin|Scripts)[\\/][^\\/]+$/.test(path) ? dirname(dirname(path)) : /python(?:\.exe)?$/.test(path) ? dirname(path) : path

async function packagesIn(environment: string): Promise<string[]> {
  const libraries = await readdir(join(environment, "lib")).catch((): string[] => [])
  const candidates = [
    ...libraries
      .filter((name) => name.startsWith("python"))
      .flatMap((name) => [join(environment, "lib", name, "site-packages"), join(environment, "lib", name, "dist-packages")]),
    join(environment, "Lib", "site-packages"),
  ]
  const found = await Promise.all(candidates.map(async (path) => ((await stat(path).catch(() => undefined))?.isDirectory() ? [path] : [])))
  return [...new Set(found.flat())]
}
