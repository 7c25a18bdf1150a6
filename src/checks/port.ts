/** The worker's end of the way: it is a thread, or a process of its own. */
import { parentPort } from "node:worker_threads"
import type { FromWorker, ToWorker } from "./messages.ts"

export interface Port {
  send(message: FromWorker): void
  listen(hear: (message: ToWorker) => void): void
}

const PROCESS: Port = { send: (message) => void process.send?.(message), listen: (hear) => void process.on("message", hear) }

const THREAD: Port = { send: (message) => parentPort?.postMessage(message), listen: (hear) => void parentPort?.on("message", hear) }

export const openPort = (): Port => (process.send ? PROCESS : THREAD)
