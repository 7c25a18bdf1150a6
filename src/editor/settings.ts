/** What the server has to know of the editor: settings, folders, the interpreter's packages, the theme. */
import * as vscode from "vscode"
import type { Levels } from "../facts/levels.ts"
import type { Theme } from "../drawing/palette.ts"
import { interpreterChanged, packageFolders } from "./interpreter.ts"
import type { Settings } from "./protocol.ts"
import { pathOf, uriOf } from "./uris.ts"

const THEMES: Record<vscode.ColorThemeKind, Theme> = {
  [vscode.ColorThemeKind.Light]: "light",
  [vscode.ColorThemeKind.Dark]: "dark",
  [vscode.ColorThemeKind.HighContrast]: "high-contrast",
  [vscode.ColorThemeKind.HighContrastLight]: "high-contrast-light",
}

export async function currentSettings(): Promise<Settings> {
  const settings = vscode.workspace.getConfiguration("layerscope")
  const folders = workspaceFolders()
  return {
    folders: folders.map(pathIn),
    importPaths: [...statedPaths(folders), ...(await packageFolders(folders.filter(isOnDisk).map(pathIn)))],
    timeLimit: settings.get("analysis.timeLimit", 2),
    showsLenses: settings.get("codeLens.enabled", true),
    showsHints: settings.get("inlayHints.enabled", true),
    // What VS Code gives is no plain object, and workers take nothing else.
    levels: { ...settings.get<Levels>("rules", {}) },
    hasPanel: true,
    theme: THEMES[vscode.window.activeColorTheme.kind],
  }
}

const workspaceFolders = (): vscode.Uri[] => (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)

const isOnDisk = ({ scheme }: vscode.Uri): boolean => scheme === "file"

const pathIn = (uri: vscode.Uri): string => (isOnDisk(uri) ? uri.fsPath : pathOf(uri.toString()))

/** Where imports are looked up besides. A relative path counts from every folder of the workspace. */
function statedPaths(folders: readonly vscode.Uri[]): string[] {
  const stated = vscode.workspace.getConfiguration("layerscope").get<string[]>("importPaths", [])
  const isAbsolute = (path: string) => /^([A-Za-z]:)?[\\/]/.test(path)
  return stated.flatMap((path) => (isAbsolute(path) ? [path] : folders.map((folder) => pathIn(vscode.Uri.joinPath(folder, path)))))
}

/** URIs of the folders below which the server may have files read for it. */
export function readableRoots(): string[] {
  const folders = workspaceFolders()
  return [...folders.map((uri) => uri.toString()), ...statedPaths(folders).map(uriOf)]
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
