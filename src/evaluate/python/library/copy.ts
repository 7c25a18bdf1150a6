/** Python's `copy`: shallow and deep copies, of modules with their parameters too. */
import type { Interpreter } from "../../../values/interpreter.ts"
import { type InstanceValue, newId, type TensorValue, type Value } from "../../../values/value.ts"
import { define, positionals } from "../arguments.ts"
import { dictionaryFrom } from "../keys.ts"
import { library, type Members } from "./module.ts"

/** What was copied already: an object that is reached twice is copied once. */
type Memo = Map<object, Value>

/** A copy of containers, objects and tensors, and of what they hold. */
export function deepCopy(interpreter: Interpreter, value: Value, memo: Memo = new Map()): Value {
  const known = memo.get(value)
  if (known) return known
  interpreter.spend(1)
  const copy = COPIES[value.kind]
  return copy ? copy(interpreter, value as never, memo) : value
}

type Copy<K extends Value["kind"]> = (interpreter: Interpreter, value: Extract<Value, { kind: K }>, memo: Memo) => Value

const COPIES: { [K in Value["kind"]]?: Copy<K> } = {
  list: (interpreter, value, memo) => {
    const copy = { ...value, items: [] as Value[] }
    memo.set(value, copy)
    for (const item of value.items) copy.items.push(deepCopy(interpreter, item, memo))
    return copy
  },
  tuple: (interpreter, value, memo) => ({ ...value, items: value.items.map((item) => deepCopy(interpreter, item, memo)) }),
  dictionary: (interpreter, value, memo) => {
    const copy = { ...value, entries: new Map() as typeof value.entries }
    memo.set(value, copy)
    for (const [key, entry] of value.entries) copy.entries.set(key, { key: entry.key, value: deepCopy(interpreter, entry.value, memo) })
    return copy
  },
  set: (_, value) => ({ ...value, entries: new Map(value.entries) }),
  tensor: (_, value, memo) => remembered(memo, value, copyTensor(value)),
  instance: copyInstance,
  method: (interpreter, value, memo) => ({ ...value, self: deepCopy(interpreter, value.self, memo) }),
  iterator: (_, value) => ({ ...value }),
}

/** A copied tensor has an identity of its own: its weights count once more. */
const copyTensor = (value: TensorValue): TensorValue => ({
  ...value,
  id: newId(),
  ...(value.attributes && { attributes: new Map(value.attributes) }),
})

function remembered<T extends Value>(memo: Memo, original: Value, copy: T): T {
  memo.set(original, copy)
  return copy
}

function copyInstance(interpreter: Interpreter, value: InstanceValue, memo: Memo): Value {
  const custom = ownMethod(value, "__deepcopy__")
  if (custom) return remembered(memo, value, interpreter.call(custom, positionals(value, dictionaryFrom([])), interpreter.place))
  if (isEnumMember(value)) return value
  const copy = remembered(memo, value, interpreter.instantiate(value.class, value.place))
  fill(interpreter, copy, value, (item) => deepCopy(interpreter, item, memo))
  return copy
}

/** Gives a blank object the attributes and builtin part of another. */
function fill(interpreter: Interpreter, copy: InstanceValue, from: InstanceValue, each: (value: Value) => Value): void {
  interpreter.heap.touch(copy.attributes)
  interpreter.heap.touch(copy)
  for (const [name, item] of from.attributes) copy.attributes.set(name, each(item))
  const contents = (from.state as { contents?: Value } | undefined)?.contents
  if (from.state !== undefined) copy.state = contents ? { contents: each(contents) } : from.state
}

const ownMethod = (value: InstanceValue, name: string): Value | undefined =>
  value.class.mro.map((cls) => cls.attributes.get(name)).find((entry) => entry?.kind === "function")

const isEnumMember = (value: InstanceValue): boolean => value.class.mro.some((cls) => cls.qualifiedName === "enum.Enum")

/** A copy of one level: the elements are shared. */
export function shallowCopy(interpreter: Interpreter, value: Value): Value {
  if (value.kind === "list") interpreter.spend(value.items.length)
  if (value.kind === "list") return { ...value, items: [...value.items] }
  if (value.kind === "dictionary" || value.kind === "set") return { ...value, entries: new Map(value.entries) }
  if (value.kind === "tensor") return copyTensor(value)
  if (value.kind !== "instance" || isEnumMember(value)) return value
  const custom = ownMethod(value, "__copy__")
  if (custom) return interpreter.call(custom, positionals(value), interpreter.place)
  const copy = interpreter.instantiate(value.class, value.place)
  fill(interpreter, copy, value, (item) => item)
  const contents = (copy.state as { contents?: Value } | undefined)?.contents
  if (contents) copy.state = { contents: shallowCopy(interpreter, contents) }
  return copy
}

export const copying = (): Members =>
  library("copy", [
    define("copy.copy", "x", (interpreter, { x }) => shallowCopy(interpreter, x)),
    define("copy.deepcopy", "x, memo?", (interpreter, { x }) => deepCopy(interpreter, x)),
    define("copy.replace", "obj", (interpreter, { obj }, { keywords }) => {
      const copy = shallowCopy(interpreter, obj)
      for (const [name, value] of keywords) interpreter.setAttribute(copy, name, value)
      return copy
    }),
  ])
