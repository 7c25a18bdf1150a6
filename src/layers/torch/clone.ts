/** Deep copies of modules, as `copy.deepcopy` makes them for the layers of a Transformer: new weights, same structure. */
import type { Place } from "../../text/source.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import * as V from "../../values/value.ts"
import { isModule } from "../modules.ts"

export function cloneModule(interpreter: Interpreter, module: V.InstanceValue, place: Place): V.InstanceValue {
  const copies = new Map<V.Value, V.Value>()
  const copy = (value: V.Value): V.Value => {
    const known = copies.get(value)
    if (known) return known
    if (isModule(value)) return copyInstance(value)
    if (value.kind === "tensor") return remember(value, { ...value, id: V.newId() })
    if (value.kind === "list") return remember(value, { ...value, items: value.items.map(copy) })
    if (value.kind === "dictionary")
      return remember(value, {
        ...value,
        entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: copy(entry.value) }])),
      })
    return value
  }
  const remember = (from: V.Value, to: V.Value): V.Value => {
    copies.set(from, to)
    return to
  }
  const copyInstance = (from: V.InstanceValue): V.InstanceValue => {
    const made = interpreter.instantiate(from.class, place)
    copies.set(from, made)
    made.state = from.state
    for (const [name, value] of from.attributes) made.attributes.set(name, copy(value))
    return made
  }
  return copyInstance(module)
}
