/** Starts the analysis as a worker of the browser. */
import { startWorker } from "../checks/web-worker.ts"
import type { AnswerMessage } from "./protocol.ts"
import type { ThreadEvents, ThreadLink } from "./thread-link.ts"

/** Pages have to be isolated from other origins before browsers let them share memory. */
export const flagMemory = (bytes: number): SharedArrayBuffer | undefined =>
  typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated ? new SharedArrayBuffer(bytes) : undefined

export function startThread(flags: SharedArrayBuffer | undefined, { answered, failed, ended }: ThreadEvents): ThreadLink {
  const worker = startWorker(LAYERSCOPE_BASE, "analysis.js")
  let isEnded = false
  const end = () => {
    worker.terminate()
    if (!isEnded) queueMicrotask(ended)
    isEnded = true
  }
  worker.onmessage = ({ data }) => answered(data as AnswerMessage)
  worker.onerror = ({ message }) => {
    failed(message)
    end()
  }
  worker.postMessage(flags)
  return { post: (message) => worker.postMessage(message), end }
}
