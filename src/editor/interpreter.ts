/** Where the workspace's Python keeps its packages; no Python is run to find out. */
import { readdir, stat } from "node:fs/promises"
import { homedir } from "node:os"
import { dirname, isAbsolute, join } from "node:path"
import * as vscode from "vscode"

/** The part of the Python extension's interface that is used. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(): { readonly path: string }
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>
  }
}

const PYTHON = "ms-python.python"

/** Usual names of environments inside a project. */
const LOCAL_ENVIRONMENTS = [".venv", "venv", "env"]

/** The packages of the interpreter that was chosen, else of an environment inside the workspace. */
export async function packageFolders(folders: readonly string[]): Promise<string[]> {
  const chosen = chosenInterpreter() ?? statedInterpreter(folders)
  const roots = chosen ? [environmentOf(chosen)] : folders.flatMap((folder) => LOCAL_ENVIRONMENTS.map((name) => join(folder, name)))
  return (await Promise.all(roots.map(packagesIn))).flat()
}

/** Calls `changed` when the chosen interpreter may be another one. */
export function interpreterChanged(changed: () => unknown): vscode.Disposable {
  const heard: vscode.Disposable[] = []
  let isHeard = false
  const hear = async (): Promise<void> => {
    const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON)
    // It wakes up for Python files by itself, and is waited for only then: it is not woken for us.
    if (isHeard || !extension || !vscode.workspace.textDocuments.some(({ languageId }) => languageId === "python")) return
    isHeard = true
    const { environments } = (await extension.activate()) ?? {}
    if (environments?.onDidChangeActiveEnvironmentPath) heard.push(environments.onDidChangeActiveEnvironmentPath(() => changed()))
    changed()
  }
  const tried = (): void => void hear().catch(() => undefined)
  heard.push(vscode.workspace.onDidOpenTextDocument(tried), vscode.extensions.onDidChange(tried))
  tried()
  return { dispose: () => vscode.Disposable.from(...heard).dispose() }
}

/** What the Python extension says, where it runs. */
function chosenInterpreter(): string | undefined {
  const extension = vscode.extensions.getExtension<PythonExtension>(PYTHON)
  const path = extension?.isActive ? extension.exports?.environments?.getActiveEnvironmentPath().path : undefined
  return path && isAbsolute(path) ? path : undefined
}

/** The setting by itself, which is there without the extension too. A workspace that is not trusted does not say where we read. */
function statedInterpreter(folders: readonly string[]): string | undefined {
  const settings = vscode.workspace.getConfiguration("python")
  const stated = vscode.workspace.isTrusted
    ? settings.get<unknown>("defaultInterpreterPath")
    : settings.inspect<unknown>("defaultInterpreterPath")?.globalValue
  if (typeof stated !== "string") return undefined
  const path = stated.replace(/^~(?=[\\/])/, homedir()).replaceAll(/\$\{workspaceFolder\}|\$\{workspaceRoot\}/g, folders[0] ?? "")
  return isAbsolute(path) ? path : undefined
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
