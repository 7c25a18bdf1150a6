/** The server's side of the analysis thread: questions go out, answers come back, a keystroke cancels what runs. */
import type { AnswerMessage, FoundFiles, QuestionKind, QuestionMessage, Questions, Submission, WantedFiles } from "./protocol.ts"
import { flagMemory, startThread } from "./thread-link.ts"

/** Documents that are open at once beyond this number share flags: they cancel each other's analyses, which are then run again. */
const SLOTS = 1024

/** Where memory is not shared an analysis cannot be told to stop: it is ended, with its thread, when it goes on for so long, in milliseconds. */
const ENDING = 700

export interface Analyst {
  ask<K extends QuestionKind>(kind: K, question: Questions[K]["question"]): Promise<Questions[K]["answer"]>
  /** A new ticket for a document's slot: analyses with an older one stop. */
  ticket(slot: number): number
  stop(): void
}

export const slotOf = (index: number): number => index % SLOTS

export interface AnalystOptions {
  /** is told of our own bugs */
  log(text: string): void
  /** A thread that died is there again; what it was asked was answered with undefined. */
  restarted(): void
  /** Reads what only the editor can. */
  read(wanted: WantedFiles): Promise<FoundFiles>
}

export function startAnalyst({ log, restarted, read }: AnalystOptions): Analyst {
  const memory = flagMemory(SLOTS * 4)
  const flags = new Int32Array(memory ?? new ArrayBuffer(SLOTS * 4))
  const isOutdated = ({ kind, question }: Pick<QuestionMessage, "kind" | "question">): boolean => {
    const { slot, ticket } = question as Partial<Submission>
    return (kind === "submit" || kind === "models") && flags[slot ?? 0] !== ticket
  }
  const line = openLine(memory, log, restarted, isOutdated)
  return {
    async ask(kind, question) {
      for (;;) {
        const { answer, wanted } = await line.send(kind, question)
        if (!wanted) return answer as never
        await line.send("supply", await read(wanted).catch(() => nothingOf(wanted)))
        if (isOutdated({ kind, question })) return "cancelled" as never
      }
    },
    ticket(slot) {
      const ticket = Atomics.add(flags, slot, 1) + 1
      if (!memory) line.hurry(ENDING)
      return ticket
    },
    stop: line.stop,
  }
}

const nothingOf = ({ texts, folders }: WantedFiles): FoundFiles => ({
  texts: texts.map((uri) => [uri, null]),
  folders: folders.map((uri) => [uri, []]),
})

type Answer = Omit<AnswerMessage, "id">

interface Line {
  send(kind: QuestionKind, question: unknown): Promise<Answer>
  /** Ends what runs unless it is wanted still, or done in time. */
  hurry(milliseconds: number): void
  stop(): void
}

/** Questions and their answers. Without shared memory they go one by one, so that none is begun that is out of date. */
function openLine(
  memory: SharedArrayBuffer | undefined,
  log: (text: string) => void,
  restarted: () => void,
  isOutdated: (question: QuestionMessage) => boolean,
): Line {
  const waiting = new Map<number, (answer: Answer) => void>()
  const queue: QuestionMessage[] = []
  let running: QuestionMessage | undefined
  let [count, isStopped, hasAnswered] = [0, false, false]
  const start = () => startThread(memory, { answered, failed: (reason) => log(`The analysis thread ended: ${reason}`), ended })
  let link = start()

  function answered({ id, failed, ...answer }: AnswerMessage): void {
    hasAnswered = true
    if (failed) log(failed)
    settle(id, answer)
    if (!memory) next()
  }
  const settle = (id: number, answer: Answer): void => {
    waiting.get(id)?.(answer)
    waiting.delete(id)
  }
  function next(): void {
    running = queue.shift()
    if (!running) return
    if (!isOutdated(running)) return link.post(running)
    settle(running.id, { answer: "cancelled" })
    next()
  }
  function ended(): void {
    queue.length = 0
    running = undefined
    for (const asked of [...waiting.keys()]) settle(asked, {})
    // One that never answered would not do so the next time.
    if (isStopped || !hasAnswered) return
    hasAnswered = false
    link = start()
    restarted()
  }
  return {
    send: (kind, question) =>
      new Promise((resolve) => {
        const message: QuestionMessage = { id: ++count, kind, question }
        waiting.set(message.id, resolve)
        if (memory) return link.post(message)
        queue.push(message)
        if (!running) next()
      }),
    hurry(milliseconds) {
      const late = running
      if (late && isOutdated(late)) setTimeout(() => running === late && link.end(), milliseconds)
    },
    stop() {
      isStopped = true
      link.end()
    },
  }
}
