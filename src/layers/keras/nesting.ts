/** Tensors nested in tuples, lists and dictionaries, as layers take and give them. */
import type { CallArguments, TensorValue, Value } from "../../values/value.ts"

/** All tensors inside, in order. */
export function tensorsIn(value: Value | undefined, into: TensorValue[] = []): TensorValue[] {
  if (value?.kind === "tensor") into.push(value)
  else if (value?.kind === "tuple" || value?.kind === "list") for (const item of value.items) tensorsIn(item, into)
  else if (value?.kind === "dictionary") for (const entry of value.entries.values()) tensorsIn(entry.value, into)
  return into
}

export function tensorsInCall(call: CallArguments): TensorValue[] {
  const found: TensorValue[] = []
  for (const value of [...call.positional, ...call.keywords.values()]) tensorsIn(value, found)
  return found
}

/** The same nesting with other tensors in it; what holds no tensor stays the same object. */
export function mapTensors(value: Value, change: (tensor: TensorValue) => Value): Value {
  if (value.kind === "tensor") return change(value)
  if (tensorsIn(value).length === 0) return value
  if (value.kind === "tuple") return { ...value, items: value.items.map((item) => mapTensors(item, change)) }
  if (value.kind === "list") return { ...value, items: value.items.map((item) => mapTensors(item, change)) }
  if (value.kind !== "dictionary") return value
  return {
    ...value,
    entries: new Map([...value.entries].map(([key, entry]) => [key, { key: entry.key, value: mapTensors(entry.value, change) }])),
  }
}

export function mapCall(call: CallArguments, change: (tensor: TensorValue) => Value): CallArguments {
  return {
    ...call,
    positional: call.positional.map((value) => mapTensors(value, change)),
    keywords: new Map([...call.keywords].map(([name, value]) => [name, mapTensors(value, change)])),
  }
}
