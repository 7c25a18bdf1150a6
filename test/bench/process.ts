/** What the system says of another process, on Linux; and the files that a measurement reads. */
import { readdirSync, readFileSync } from "node:fs"

const PAGE = 4096

export const residentBytes = (pid: number): number => Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE

/** User and system time of all its threads, in the system's ticks. */
export function processorTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? []
  return Number(fields[11]) + Number(fields[12])
}

export const modelFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => path.endsWith(".py") && !path.endsWith("__init__.py"))
    .sort()
    .map((path) => `${folder}/${path}`)
