/** `npm run native`: builds the native library, runs every live check on it, on WebAssembly and in plain JavaScript, and prints the times. */

import { SUBJECTS } from "../../src/concepts/catalogue.ts"
import { ROOT } from "../host/install.ts"
import { run } from "../host/run.ts"
import { buildNative, LIBRARY, Unavailable } from "./build.ts"
import { printTimes } from "./times.ts"

/** sysexits.h calls it a temporary failure: nothing is wrong with us, something is out of reach. */
const OUT_OF_REACH = 75

try {
  await buildNative()
} catch (error) {
  if (!(error instanceof Unavailable)) throw error
  console.log(`LEFT OUT: the live checks of ${SUBJECTS.length} subjects on the native library, because ${error.message}`)
  process.exit(OUT_OF_REACH)
}
console.log(`The native library lies in ${LIBRARY}`)
await run(process.execPath, ["--test-reporter=spec", "--import", "tsx", "test/run.ts", "slow", "checks/"], { folder: ROOT, loud: true })
await printTimes()
