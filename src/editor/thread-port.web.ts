/** The analysis worker's end of the line to the server, in a browser. */
import type { AnswerMessage, QuestionMessage } from "./protocol.ts"

/** The first message is the memory of the flags, where it can be shared. */
export function listen(open: (flags: Int32Array | undefined) => (question: QuestionMessage) => AnswerMessage): void {
  self.onmessage = ({ data: memory }: MessageEvent<SharedArrayBuffer | undefined>) => {
    const answer = open(memory && new Int32Array(memory))
    self.onmessage = ({ data }: MessageEvent<QuestionMessage>) => self.postMessage(answer(data))
  }
}
