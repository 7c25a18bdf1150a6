/** The panel's one way to the host. */
import type { FromPanel, ToPanel } from "./messages.ts"

interface Api {
  postMessage(message: FromPanel): void
  getState(): unknown
  setState(state: unknown): void
}

declare function acquireVsCodeApi(): Api

const api = acquireVsCodeApi()

export const send = (message: FromPanel): void => api.postMessage(message)
export const listen = (hear: (message: ToPanel) => void): void => window.addEventListener("message", ({ data }) => hear(data as ToPanel))
export const remember = (state: unknown): void => api.setState(state)
export const remembered = (): unknown => api.getState()
