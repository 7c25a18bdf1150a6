/** The server's side of the analysis thread: questions go out, answers come back, a keystroke cancels what runs. */
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import type { AnswerMessage, QuestionKind, QuestionMessage, Questions } from "./protocol.ts"

/** Documents that are open at once beyond this number share flags: they cancel each other's analyses, which are then run again. */
const SLOTS = 1024

export interface Analyst {
  ask<K extends QuestionKind>(kind: K, question: Questions[K]["question"]): Promise<Questions[K]["answer"]>
  /** A new ticket for a document's slot: analyses with an older one stop. */
  ticket(slot: number): number
  stop(): void
}

export const slotOf = (index: number): number => index % SLOTS

/** `log` is told of our own bugs. A thread that dies is started again; what it was asked is answered with undefined. */
export function startAnalyst(log: (text: string) => void, restarted: () => void): Analyst {
  const flags = new Int32Array(new SharedArrayBuffer(SLOTS * 4))
  const waiting = new Map<number, (answer: unknown) => void>()
  let id = 0
  let isStopped = false
  let worker = start()

  function start(): Worker {
    const made = new Worker(join(__dirname, "thread.cjs"), {
      workerData: flags.buffer,
      resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 48, stackSizeMb: 8 },
    })
    made.on("message", ({ id: answered, answer, failed }: AnswerMessage) => {
      if (failed) log(failed)
      settle(answered, answer)
    })
    made.on("error", (error) => log(`The analysis thread ended: ${error.stack ?? error.message}`))
    made.on("exit", () => {
      for (const asked of [...waiting.keys()]) settle(asked, undefined)
      if (isStopped) return
      worker = start()
      restarted()
    })
    return made
  }

  function settle(asked: number, answer: unknown): void {
    waiting.get(asked)?.(answer)
    waiting.delete(asked)
  }

  return {
    ask(kind, question) {
      const message: QuestionMessage = { id: ++id, kind, question }
      return new Promise((resolve) => {
        waiting.set(message.id, resolve as (answer: unknown) => void)
        worker.postMessage(message)
      })
    },
    ticket: (slot) => Atomics.add(flags, slot, 1) + 1,
    stop() {
      isStopped = true
      void worker.terminate()
    },
  }
}
