/** The host's side of live checks: keeps a worker, asks it, and ends it when it does not answer. Knows nothing of TensorFlow.js. */
import type { CheckResult, Knobs } from "../concepts/subject.ts"
import { type Link, openLink } from "./link.ts"
import type { FromWorker, Provisions } from "./messages.ts"

export interface RunnerOptions extends Provisions {
  /** The bundled worker. */
  readonly workerFile: string
  /** A check that takes longer is ended. */
  readonly patience?: number
}

export type Outcome =
  | { readonly kind: "result"; readonly result: CheckResult }
  | { readonly kind: "refused" | "failed"; readonly reason: string }

export interface Runner {
  run(subject: string, knobs: Knobs): Promise<Outcome>
  dispose(): void
}

const PATIENCE = 20_000

export function startChecks({ workerFile, patience = PATIENCE, ...provisions }: RunnerOptions): Runner {
  const waiting = new Map<number, (outcome: Outcome) => void>()
  let link: Link | undefined
  let asked = 0
  const hear = (message: FromWorker): void => {
    if (message.kind === "started") return
    if (message.kind === "lost") return lose(message.reason)
    waiting.get(message.id)?.(message)
    waiting.delete(message.id)
  }
  // Whatever was asked is answered; the next check starts another worker.
  const lose = (reason: string): void => {
    link?.end()
    link = undefined
    for (const answer of waiting.values()) answer({ kind: "failed", reason })
    waiting.clear()
  }
  const linked = (): Link => {
    if (link) return link
    link = openLink(workerFile, provisions, hear, lose)
    link.send({ kind: "start", provisions })
    return link
  }
  return {
    run: (subject, knobs) =>
      new Promise((resolve) => {
        const id = ++asked
        const timer = setTimeout(
          () => lose(`The check was ended after ${patience / 1000} seconds. Choose a smaller image or fewer channels.`),
          patience,
        )
        waiting.set(id, (outcome) => {
          clearTimeout(timer)
          resolve(outcome)
        })
        linked().send({ kind: "check", id, subject, knobs })
      }),
    dispose: () => lose("The check was given up."),
  }
}
