/** Editors that have no client of ours, such as Neovim, Helix and Zed: their settings, in the names that VS Code's have, and what they are told to watch. */
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
} from "vscode-languageserver"
import type { Level } from "../facts/levels.ts"
import { RULES } from "../facts/rules/catalogue.ts"
import { activeEnvironment, environmentOf, environmentsIn, packagesOf } from "./environments.ts"
import type { Settings } from "./protocol.ts"
import { pathOf } from "./uris.ts"

type Values = Readonly<Record<string, unknown>>

const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value)

/** A setting by its name, whether written as one key (`"codeLens.enabled"`) or as keys in keys. */
function lookUp(values: Values, name: string): unknown {
  if (name in values) return values[name]
  const [first = "", ...rest] = name.split(".")
  const inner = values[first]
  return rest.length > 0 && isValues(inner) ? lookUp(inner, rest.join(".")) : undefined
}

/** Values of another type than the setting's are passed over, as VS Code does. */
function setting<T extends boolean | number>(values: Values, name: string, otherwise: T): T {
  const value = lookUp(values, name)
  return typeof value === typeof otherwise ? (value as T) : otherwise
}

const LEVELS: ReadonlySet<unknown> = new Set<Level>(["error", "warning", "hint", "off"])

function levelsOf(values: Values): Settings["levels"] {
  const stated = lookUp(values, "rules")
  if (!isValues(stated)) return {}
  const known = RULES.filter(({ code }) => LEVELS.has(stated[code])).map(({ code }) => [code, stated[code] as Level])
  return Object.fromEntries(known)
}

/** What the editor says of itself, in the settings our own client would send. Settings may stand below `layerscope` or by themselves. */
export async function statedSettings(defaults: Settings, folders: readonly string[], stated: unknown): Promise<Settings> {
  const given = isValues(stated) ? stated : {}
  const values = isValues(given["layerscope"]) ? given["layerscope"] : given
  const paths = lookUp(values, "importPaths")
  const importPaths = (Array.isArray(paths) ? paths : []).filter((path) => typeof path === "string")
  return {
    ...defaults,
    folders,
    importPaths: [...importPaths.flatMap((path) => resolved(path, folders)), ...(await packagesOf(environments(values, folders)))],
    timeLimit: setting(values, "analysis.timeLimit", defaults.timeLimit),
    showsLenses: setting(values, "codeLens.enabled", defaults.showsLenses),
    showsHints: setting(values, "inlayHints.enabled", defaults.showsHints),
    levels: levelsOf(values),
  }
}

const resolved = (path: string, folders: readonly string[]): string[] =>
  /^([A-Za-z]:)?[\\/]/.test(path) ? [path] : folders.map((folder) => `${folder}/${path.replace(/^(\.\/)+/, "")}`)

/** The interpreter that was named, else the environment the editor was started in, else those of the folders. */
function environments(values: Values, folders: readonly string[]): string[] {
  const named = lookUp(values, "python")
  const active = activeEnvironment()
  if (typeof named === "string" && named !== "") return resolved(named, folders).map(environmentOf)
  return active ? [active] : environmentsIn(folders)
}

export const foldersOf = ({ workspaceFolders, rootUri }: InitializeParams): string[] =>
  (workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : [])).filter((uri) => uri.startsWith("file://")).map(pathOf)

/** Files whose changes may change what was analysed. */
const WATCHED = "**/*.{py,js,ts,mjs,jsx,tsx,json}"

/** To be called when the editor is ready: it is asked to tell what our own client tells by itself. */
export async function askForNews(connection: Connection, { capabilities: { workspace } }: InitializeParams): Promise<void> {
  if (workspace?.didChangeWatchedFiles?.dynamicRegistration)
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: WATCHED }] })
  if (workspace?.didChangeConfiguration?.dynamicRegistration)
    await connection.client.register(DidChangeConfigurationNotification.type, { section: "layerscope" })
}

/** Editors either send their settings with the news of a change, or want to be asked. */
export async function changedSettings(connection: Connection, sent: unknown, { capabilities }: InitializeParams): Promise<unknown> {
  if (isValues(sent) && Object.keys(sent).length > 0) return sent
  return capabilities.workspace?.configuration ? connection.workspace.getConfiguration("layerscope") : undefined
}
