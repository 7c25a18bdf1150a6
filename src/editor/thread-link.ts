/** Starts the analysis as a thread of this process. */
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import type { AnswerMessage, QuestionMessage } from "./protocol.ts"

export interface ThreadLink {
  post(message: QuestionMessage): void
  end(): void
}

export interface ThreadEvents {
  answered(message: AnswerMessage): void
  failed(reason: string): void
  /** It is gone, whoever ended it. */
  ended(): void
}

/** The memory that holds the flags is shared where that is possible. */
export const flagMemory = (bytes: number): SharedArrayBuffer | undefined => new SharedArrayBuffer(bytes)

export function startThread(flags: SharedArrayBuffer | undefined, { answered, failed, ended }: ThreadEvents): ThreadLink {
  const worker = new Worker(join(__dirname, "thread.cjs"), {
    workerData: flags,
    resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 48, stackSizeMb: 8 },
  })
  worker.on("message", answered)
  worker.on("error", (error) => failed(error.stack ?? error.message))
  worker.on("exit", ended)
  return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() }
}
