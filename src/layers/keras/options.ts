/** TensorFlow.js' option objects as Keras' keyword arguments: `{kernelSize: 3}` is `kernel_size=3`. */
import * as V from "../../values/value.ts"

const SPECIAL: Record<string, string> = { batchInputShape: "batch_input_shape", inputDType: "input_dtype" }
/** Options whose values are words in TensorFlow.js' own spelling. */
const WORDS: Record<string, string> = { channelsLast: "channels_last", channelsFirst: "channels_first" }

const snakeOption = (name: string): string => SPECIAL[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/** Puts the one option object of a call under names of its own. */
export function optionsToKeywords(call: V.CallArguments): V.CallArguments {
  const [options] = call.positional
  if (options?.kind === "unknown") return { positional: [], keywords: new Map(), rest: options }
  if (options?.kind !== "dictionary") return { positional: [], keywords: new Map(), ...(call.rest && { rest: call.rest }) }
  const keywords = new Map<string, V.Value>()
  for (const { key, value } of options.entries.values())
    if (key.kind === "string" && !(value.kind === "constant" && value.name === "undefined"))
      keywords.set(snakeOption(key.value), optionValue(value))
  return { positional: [], keywords }
}

function optionValue(value: V.Value): V.Value {
  return value.kind === "string" ? V.string(WORDS[value.value] ?? value.value) : value
}
