/** Times, and what is said of them. */

export interface Line {
  readonly what: string
  readonly result: string
  readonly target: string
  /** undefined when it could not be measured here */
  readonly isMet: boolean | undefined
}

/** Runs that come first and are not counted: the engine compiles what it sees often. */
const WARMING = 15

/** Sorted milliseconds of each run; the run's number never repeats. */
export function measured(runs: number, body: (run: number) => void, warming = WARMING, between: () => void = () => {}): number[] {
  const times: number[] = []
  for (let run = 0; run < runs + warming; run++) {
    const start = performance.now()
    body(run)
    if (run >= warming) times.push(performance.now() - start)
    between()
  }
  return times.sort((left, right) => left - right)
}

export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN

export const milliseconds = (time: number): string => `${time < 10 ? time.toFixed(2) : Math.round(time)} ms`
