/** What the server has to know of the editor: settings, folders, the interpreter's packages, the theme. */
import * as vscode from "vscode"
import type { Levels } from "../facts/levels.ts"
import type { Theme } from "../drawing/palette.ts"
import { interpreterChanged, packageFolders } from "./interpreter.ts"
import type { Settings } from "./protocol.ts"

const THEMES: Record<vscode.ColorThemeKind, Theme> = {
  [vscode.ColorThemeKind.Light]: "light",
  [vscode.ColorThemeKind.Dark]: "dark",
  [vscode.ColorThemeKind.HighContrast]: "high-contrast",
  [vscode.ColorThemeKind.HighContrastLight]: "high-contrast-light",
}

export async function currentSettings(): Promise<Settings> {
  const settings = vscode.workspace.getConfiguration("layerscope")
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath)
  const importPaths = settings.get<string[]>("importPaths", []).flatMap((path) => resolved(path, folders))
  return {
    folders,
    importPaths: [...importPaths, ...(await packageFolders(folders))],
    timeLimit: settings.get("analysis.timeLimit", 2),
    showsLenses: settings.get("codeLens.enabled", true),
    showsHints: settings.get("inlayHints.enabled", true),
    levels: settings.get<Levels>("rules", {}),
    hasPanel: true,
    theme: THEMES[vscode.window.activeColorTheme.kind],
  }
}

/** A relative path counts from every folder of the workspace. */
function resolved(path: string, folders: readonly string[]): string[] {
  if (/^([A-Za-z]:)?[\\/]/.test(path)) return [path]
  return folders.map((folder) => vscode.Uri.joinPath(vscode.Uri.file(folder), path).fsPath)
}

/** Calls `changed` whenever `currentSettings` would answer something else. */
export function settingsChanged(changed: () => unknown): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("layerscope") || event.affectsConfiguration("python.defaultInterpreterPath")) changed()
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(changed),
    vscode.window.onDidChangeActiveColorTheme(changed),
    vscode.workspace.onDidGrantWorkspaceTrust(changed),
    vscode.extensions.onDidChange(changed),
    interpreterChanged(changed),
  )
}
