/** The analysis thread's end of the line to the server. */
import { parentPort, workerData } from "node:worker_threads"
import { collectWhenIdle } from "./idle.ts"
import type { AnswerMessage, QuestionMessage } from "./protocol.ts"

/** Answers one question at a time, in order; nothing happens where this is no thread. */
export function listen(open: (flags: Int32Array | undefined) => (question: QuestionMessage) => AnswerMessage): void {
  if (!parentPort) return
  const answer = open(new Int32Array(workerData as SharedArrayBuffer))
  parentPort.on("message", (question: QuestionMessage) => {
    parentPort?.postMessage(answer(question))
    collectWhenIdle()
  })
}
