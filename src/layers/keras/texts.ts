/** Functions on texts and sounds that data sets are read with. */
import type { Arguments } from "../arguments.ts"
import type { Dim } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions, operand } from "./function.ts"
import { shapeOf } from "./tensors.ts"

const text = (call: Arguments): V.TensorValue => {
  const value = call.required("x")
  return value.kind === "string" ? V.tensor(call.framework, [], "string") : operand(call, value)
}

/** One text in, one out. */
const kept = (names: string, dtype: V.DataType): Entry[] =>
  functions(names, "x", (call) =>
    call.emit([text(call)], { shape: text(call).shape }, dtype, text(call).shape ? {} : { sameShapeAs: text(call) }),
  )

const pieces = functions("tf.strings.unicode_split tf.strings.split tf.strings.bytes_split tf.strings.unicode_decode", "x", (call) => {
  const input = text(call)
  const shape = shapeOf(call, input)
  return call.emit([input], { shape: [...shape, call.fresh("L", "how long a text is is known when it is read")] }, "string")
})

const wave = functions("tf.audio.decode_wav", "contents, desired_channels=-1, desired_samples=-1", (call) => {
  const size = (name: string, label: string): Dim => {
    const given = call.size(name)
    return given === -1 ? call.fresh(label, "the file tells it") : given
  }
  const samples = V.tensor(call.framework, [size("desired_samples", "samples"), size("desired_channels", "channels")], "float32")
  return { kind: "tuple", items: [samples, V.tensor(call.framework, [], "int32")], names: ["audio", "sample_rate"] }
})

export const textEntries: readonly Entry[] = [
  ...kept(
    "tf.strings.lower tf.strings.upper tf.strings.strip tf.strings.regex_replace tf.strings.substr tf.strings.as_string tf.as_string",
    "string",
  ),
  ...kept("tf.strings.to_number", "float32"),
  ...kept("tf.strings.length", "int32"),
  ...pieces,
  ...wave,
]
