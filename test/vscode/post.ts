/** Brings a request to the driver through files in a folder that it names. */
import { existsSync } from "node:fs"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Answer, Request } from "./requests.ts"

let asked = 0

export async function post(request: Request, patience: number): Promise<Answer> {
  const folder = process.env["LAYERSCOPE_DRIVER"]
  if (!folder) throw new Error("No driver: LAYERSCOPE_DRIVER names no folder")
  const name = join(folder, String(asked++))
  await writeFile(`${name}.writing`, JSON.stringify(request))
  await rename(`${name}.writing`, `${name}.request`)
  for (const start = Date.now(); !existsSync(`${name}.answer`); await setTimeout(50))
    if (Date.now() - start > patience) throw new Error(`The driver did not answer ${JSON.stringify(request)}`)
  return JSON.parse(await readFile(`${name}.answer`, "utf8")) as Answer
}

/** Only tests whose name contains it are run. */
export const filter = (): string => process.env["LAYERSCOPE_FILTER"] ?? ""

/** Why tests are left out here, by name. */
export const EXCLUDED: Readonly<Record<string, string>> = {}
