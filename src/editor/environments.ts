/** Where a Python environment keeps its packages; no Python is run to find out. */
import { readdir, stat } from "node:fs/promises"
import { dirname, join } from "node:path"

/** Usual names of environments inside a project. */
const LOCAL_ENVIRONMENTS = [".venv", "venv", "env"]

/** Environments that projects usually keep in these folders. */
export const environmentsIn = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) => LOCAL_ENVIRONMENTS.map((name) => join(folder, name)))

/** `…/bin/python` and `…\Scripts\python.exe` stand in their environment; a folder is the environment itself. */
export const environmentOf = (path: string): string =>
  /[\\/](?:bin|Scripts)[\\/][^\\/]+$/.test(path) ? dirname(dirname(path)) : /python(?:\.exe)?$/.test(path) ? dirname(path) : path

/** The environment that this program was started in. */
export const activeEnvironment = (): string | undefined => process.env["VIRTUAL_ENV"] ?? process.env["CONDA_PREFIX"]

/** Folders of packages that are really there. */
export async function packagesOf(environments: readonly string[]): Promise<string[]> {
  return (await Promise.all(environments.map(packagesIn))).flat()
}

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
