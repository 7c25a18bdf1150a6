/** The worker's end of the way in a browser. */
import type { ToWorker } from "./messages.ts"
import type { Port } from "./port.ts"

export const openPort = (): Port => ({
  send: (message) => self.postMessage(message),
  listen: (hear) => self.addEventListener("message", ({ data }) => hear(data as ToWorker)),
})
