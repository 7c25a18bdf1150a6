/** The client's library is the largest part: it is a bundle of its own, read when activation is over. */
import { createRequire } from "node:module"
import type { startClient } from "./client.ts"

export const loadClient = () => createRequire(__filename)("./client.cjs") as { startClient: typeof startClient }
