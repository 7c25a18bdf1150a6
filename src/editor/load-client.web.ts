/** In a browser an extension is one file. */
import { startClient } from "./client.ts"

export const loadClient = () => ({ startClient })
