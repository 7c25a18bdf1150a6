/** Where the workspace's Python keeps its packages; no Python is run to find out. */
import { homedir } from "node:os"
import { isAbsolute } from "node:path"
import * as vscode from "vscode"
import { environmentOf, environmentsIn, packagesOf } from "./environments.ts"

/** The part of the Python extension's interface that is used. */
interface PythonExtension {
  readonly environments?: {
    getActiveEnvironmentPath(): { readonly path: string }
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>
  }
}

const PYTHON = "ms-python.python"

/** The packages of the interpreter that was chosen, else of an environment inside the workspace. */
export async function packageFolders(folders: readonly string[]): Promise<string[]> {
  const chosen = chosenInterpreter() ?? statedInterpreter(folders)
  return packagesOf(chosen ? [environmentOf(chosen)] : environmentsIn(folders))
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
