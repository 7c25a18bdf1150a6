/** The way to the worker of live checks in a browser. */
import type { OpenLink } from "./link.ts"
import type { FromWorker } from "./messages.ts"
import { startWorker } from "./web-worker.ts"

export const openLink: OpenLink = (file, _, hear, lose) => {
  const name = file.lastIndexOf("/") + 1
  const worker = startWorker(file.slice(0, name), file.slice(name))
  worker.onmessage = ({ data }) => hear(data as FromWorker)
  worker.onerror = ({ message }) => lose(`The worker of live checks failed: ${message}`)
  return { send: (message) => worker.postMessage(message), end: () => worker.terminate() }
}
