/** The way to the worker of live checks: a thread, or a process for a native library. */
import { type ChildProcess, fork } from "node:child_process"
import { Worker } from "node:worker_threads"
import type { FromWorker, Provisions, ToWorker } from "./messages.ts"

export interface Link {
  send(message: ToWorker): void
  end(): void
}

export type OpenLink = (file: string, provisions: Provisions, hear: (message: FromWorker) => void, lose: (reason: string) => void) => Link

export const openLink: OpenLink = (file, { nativeFolder }, hear, lose) =>
  nativeFolder === undefined ? threadLink(file, hear, lose) : processLink(file, hear, lose)

function threadLink(file: string, hear: (message: FromWorker) => void, lose: (reason: string) => void): Link {
  const worker = new Worker(file)
  let isEnded = false
  worker.on("message", hear)
  worker.on("error", (error) => isEnded || lose(`The worker of live checks failed: ${error.message}`))
  worker.on("exit", () => isEnded || lose("The worker of live checks ended."))
  worker.unref()
  const end = (): void => {
    isEnded = true
    void worker.terminate()
  }
  return { send: (message) => worker.postMessage(message), end }
}

/** A native library that dies takes a process of its own with it, not the editor. */
function processLink(file: string, hear: (message: FromWorker) => void, lose: (reason: string) => void): Link {
  const child: ChildProcess = fork(file, [], { env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" }, silent: true })
  let isEnded = false
  child.on("message", (message) => hear(message as FromWorker))
  child.on("error", (error) => isEnded || lose(`The process of live checks failed: ${error.message}`))
  child.on("exit", (code, signal) => isEnded || lose(`The process of live checks ended (${signal ?? code}).`))
  const end = (): void => {
    isEnded = true
    child.kill()
  }
  return { send: (message) => child.send(message), end }
}
