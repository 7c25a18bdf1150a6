/** The worker of live checks: a thread, a process of its own, or a web worker. One check at a time. */
import { subjectOf } from "../concepts/catalogue.ts"
import type { CheckResult, Knobs, Refusal, Subject } from "../concepts/subject.ts"
import { backendOf } from "./backend.ts"
import { type Chosen, chooseEngine } from "./engines.ts"
import type { Provisions, ToWorker } from "./messages.ts"
import { openPort, type Port } from "./port.ts"

let engine: Promise<Chosen> | undefined
let provisions: Provisions | undefined
let last: Promise<void> = Promise.resolve()

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function start(port: Port, message: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  provisions = message.provisions
  engine = chooseEngine(provisions)
  const { name, warnings } = await engine
  port.send({ kind: "started", backend: name, warnings })
}

async function check(port: Port, { id, subject: name, knobs }: Extract<ToWorker, { kind: "check" }>): Promise<void> {
  const subject = subjectOf(name)
  if (!subject || !engine)
    return port.send({ kind: "failed", id, reason: subject ? "The worker was not started." : `There is no subject "${name}".` })
  const outcome = await checkedAnywhere(subject, knobs, await engine)
  port.send("refused" in outcome ? { kind: "refused", id, reason: outcome.refused } : { kind: "result", id, result: outcome })
}

async function checked(subject: Subject, knobs: Knobs, { library, name, macsPerRun }: Chosen): Promise<CheckResult | Refusal> {
  const backend = backendOf(library, name, macsPerRun)
  try {
    return await subject.check(backend, knobs)
  } finally {
    backend.dispose()
  }
}

/** WebAssembly lacks some kernels, most of them of gradients: such a check runs in plain JavaScript, and says so. */
async function checkedAnywhere(subject: Subject, knobs: Knobs, chosen: Chosen): Promise<CheckResult | Refusal> {
  try {
    return await checked(subject, knobs, chosen)
  } catch (error) {
    const missing = /Kernel '(\w+)' not registered/.exec(reasonOf(error))?.[1]
    if (missing === undefined || !provisions) throw error
    const usual = chosen.library.getBackend()
    const plain = await chooseEngine({ ...provisions, only: ["cpu"] })
    try {
      const outcome = await checked(subject, knobs, plain)
      return "refused" in outcome ? outcome : { ...outcome, note: `${outcome.note} The ${usual} engine has no ${missing}.` }
    } finally {
      await chosen.library.setBackend(usual)
    }
  }
}

function serve(): void {
  const port = openPort()
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

serve()
