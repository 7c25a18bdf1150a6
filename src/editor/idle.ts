/** Collects short-lived values while nobody waits, so that the pause does not fall into a keystroke. */
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

/** Bytes of young values that are worth a collection; a keystroke in a file of 300 lines makes some 5 MB. */
const WORTHWHILE = 12e6
/** A pause in typing, in milliseconds; fast typists leave about 100 between keystrokes. */
const PAUSE = 30

type Collect = (options: { type: "minor" }) => void

let collect: Collect | undefined

const youngBytes = (): number => getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_used_size ?? 0

/** One collection of young values, when there are enough of them. */
export function collectYoung(): void {
  if (youngBytes() < WORTHWHILE) return
  if (!collect) {
    // The function exists behind a flag only; new contexts see flags that were set later.
    setFlagsFromString("--expose-gc")
    collect = runInNewContext("gc") as Collect
  }
  collect({ type: "minor" })
}

let timer: ReturnType<typeof setTimeout> | undefined

/** To be called whenever something was answered. */
export function collectWhenIdle(): void {
  clearTimeout(timer)
  timer = setTimeout(collectYoung, PAUSE)
  timer.unref()
}
