/** Optimizers, losses, metrics, initialisers and the like: objects that may be made and passed on, and that change nothing that is counted. */
import * as V from "../../values/value.ts"
import { nativeCall, nativeClass, shortName } from "./define.ts"

const NAMESPACE =
  /^(?:(?:keras|tensorflow|tensorflow_addons|tensorflow\.compat\.v1)\.(?:optimizers|losses|metrics|callbacks|initializers|regularizers|constraints)|tfjs\.(?:train|initializers|regularizers|constraints|callbacks))\.|^tensorflow\.(?:compat\.v1\.)?\w+_initializer$/
/** Functions of these namespaces make objects; those of losses and metrics compute numbers. */
const MAKERS = /\.(?:initializers|regularizers|constraints|train|callbacks|optimizers)\.(?:\w+\.)*\w+$|_initializer$/
const INITIALIZERS = /\.initializers\.|_initializer$/

/** `keras.initializers.HeNormal()(shape=(3, 4))`: numbers of the shape that is asked for. */
const initial = nativeCall("initialise", "keras", "shape, dtype=None, **kwargs", (call) =>
  V.tensor(call.framework, call.sizes("shape"), call.text("dtype") ?? "float32"),
)

/** A checkpoint writes the model to a file that programs read again. */
const keepPath: V.NativeCall = (interpreter, { positional: [self, first], keywords }) => {
  const path = keywords.get("filepath") ?? first
  if (self?.kind !== "instance" || self.class.name !== "ModelCheckpoint" || !path) return V.NONE
  interpreter.heap.touch(self.attributes)
  self.attributes.set("filepath", path)
  return V.NONE
}

const make = (name: string) =>
  nativeClass({
    name,
    attributes: [
      ["__init__", V.native(`${name}.__init__`, keepPath, true)],
      [
        "__call__",
        V.native(
          `${name}.__call__`,
          (interpreter, { positional: [, ...positional], keywords }, place) =>
            INITIALIZERS.test(name)
              ? initial(interpreter, { positional, keywords }, place)
              : V.unknown(`what ${shortName(name)} computes is known only when the program runs`, place),
          true,
        ),
      ],
    ],
  })

/** A class for a name that starts with a capital, a function for the others. */
export function opaqueValue(name: string): V.Value | undefined {
  if (!NAMESPACE.test(name)) return undefined
  if (/^[A-Z]/.test(shortName(name))) return make(name)
  const cls = make(name)
  return V.native(name, (interpreter, _, place) =>
    MAKERS.test(name)
      ? interpreter.instantiate(cls, place)
      : V.unknown(`what ${shortName(name)} computes is known only when the program runs`, place),
  )
}
