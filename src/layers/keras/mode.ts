/** Whether a call trains: Keras hands it down to every layer that asks and was not told. */
import type { Heap } from "../../values/heap.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { CallArguments, InstanceValue, Value } from "../../values/value.ts"

const modes = new WeakMap<Heap, Value>()

/** Runs `body` for training or use; undefined leaves open which. */
export function inMode<T>(heap: Heap, training: Value | undefined, body: () => T): T {
  const before = modes.get(heap)
  if (training === undefined || training === before) return body()
  modes.set(heap, training)
  try {
    return body()
  } finally {
    if (before) modes.set(heap, before)
    else modes.delete(heap)
  }
}

/** The call as the layer's own `call` gets it. */
export function told(interpreter: Interpreter, layer: InstanceValue, call: CallArguments): CallArguments {
  const training = modes.get(interpreter.heap)
  const run = training && interpreter.findAttribute(layer, "call")
  // A flag may stand behind the inputs, without its name.
  const isOpen = call.positional.slice(1).every(({ kind }) => kind === "tensor" || kind === "tuple" || kind === "list")
  if (!training || !run || !isOpen || call.keywords.has("training") || !interpreter.takes(run, "training")) return call
  return { ...call, keywords: new Map([...call.keywords, ["training", training]]) }
}
