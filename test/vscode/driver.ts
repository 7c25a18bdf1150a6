/** Asks the driver outside VS Code to look and to act, through files in a folder that it names. */

import { existsSync } from "node:fs"
import { readFile, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Answer, Request } from "./requests.ts"

const PATIENCE = 45_000

let asked = 0

/** Rejects when the driver cannot do it. */
export async function ask(request: Request): Promise<string> {
  const folder = process.env["LAYERSCOPE_DRIVER"]
  if (!folder) throw new Error("No driver: LAYERSCOPE_DRIVER names no folder")
  const name = join(folder, String(asked++))
  await writeFile(`${name}.writing`, JSON.stringify(request))
  await rename(`${name}.writing`, `${name}.request`)
  await until(() => existsSync(`${name}.answer`), `the driver's answer to ${JSON.stringify(request)}`)
  const answer = JSON.parse(await readFile(`${name}.answer`, "utf8")) as Answer
  if ("failed" in answer) throw new Error(answer.failed)
  return answer.done
}

/** Waits until a condition holds; VS Code says of few things when they are done. */
export async function until<T>(condition: () => T | PromiseLike<T>, what: string, patience = PATIENCE): Promise<NonNullable<T>> {
  for (const start = Date.now(); Date.now() - start < patience; ) {
    const value = await condition()
    if (value) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`Waited ${patience / 1000} s in vain for ${what}`)
}
