/** The worker of live checks: a thread, a process of its own, or a web worker. One check at a time. */
import { subjectOf } from "../concepts/catalogue.ts"
import { backendOf } from "./backend.ts"
import { type Chosen, chooseEngine } from "./engines.ts"
import type { FromWorker, ToWorker } from "./messages.ts"

interface Port {
  send(message: FromWorker): void
  listen(hear: (message: ToWorker) => void): void
}

const PORTS: Readonly<Record<"process" | "thread" | "web", () => Promise<Port>>> = {
  process: async () => ({ send: (message) => void process.send?.(message), listen: (hear) => void process.on("message", hear) }),
  thread: async () => {
    const { parentPort } = await import("node:worker_threads")
    return { send: (message) => parentPort?.postMessage(message), listen: (hear) => void parentPort?.on("message", hear) }
  },
  web: async () => ({
    send: (message) => self.postMessage(message),
    listen: (hear) => self.addEventListener("message", ({ data }) => hear(data as ToWorker)),
  }),
}

const home = typeof process === "undefined" ? "web" : process.send ? "process" : "thread"

let engine: Promise<Chosen> | undefined
let last: Promise<void> = Promise.resolve()

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function start(port: Port, message: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  engine = chooseEngine(message.provisions)
  const { name, warnings } = await engine
  port.send({ kind: "started", backend: name, warnings })
}

async function check(port: Port, { id, subject: name, knobs }: Extract<ToWorker, { kind: "check" }>): Promise<void> {
  const subject = subjectOf(name)
  if (!subject || !engine)
    return port.send({ kind: "failed", id, reason: subject ? "The worker was not started." : `There is no subject "${name}".` })
  const { library, name: engineName, macsPerRun } = await engine
  const backend = backendOf(library, engineName, macsPerRun)
  try {
    const outcome = await subject.check(backend, knobs)
    port.send("refused" in outcome ? { kind: "refused", id, reason: outcome.refused } : { kind: "result", id, result: outcome })
  } finally {
    backend.dispose()
  }
}

async function serve(): Promise<void> {
  const port = await PORTS[home]()
  port.listen((message) => {
    // A scope of tensors belongs to one check.
    last = last
      .then(() => (message.kind === "start" ? start(port, message) : check(port, message)))
      .catch((error: unknown) =>
        port.send(
          message.kind === "check"
            ? { kind: "failed", id: message.id, reason: reasonOf(error) }
            : { kind: "lost", reason: reasonOf(error) },
        ),
      )
  })
}

void serve()
