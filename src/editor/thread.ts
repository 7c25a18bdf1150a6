/** Starts the analysis thread from its compiled code, and keeps that code once the thread has had something to do. */
import { join } from "node:path"
import { setFlagsFromString } from "node:v8"
import { runCompiled } from "./compiled.ts"

/** Milliseconds in which a first document has usually been analysed. */
const WORKED = 8000

// Collecting while nobody waits needs it later; V8 refuses code that was compiled under other flags, so it is set from the start.
setFlagsFromString("--expose-gc")
const remember = runCompiled(join(__dirname, "analysis.cjs"))
if (remember) setTimeout(remember, WORKED).unref()
