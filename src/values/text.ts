/** Values in words, for hovers and messages. */
import { dimText } from "./dim.ts"
import { shapeText } from "./shape.ts"
import type { TensorValue, Value } from "./value.ts"

// Longer strings are cut.
const MAXIMUM_TEXT = 40

type Writer<K extends Value["kind"]> = (value: Extract<Value, { kind: K }>) => string

const WRITERS: { readonly [K in Value["kind"]]: Writer<K> } = {
  constant: ({ name }) => name,
  boolean: ({ value }) => (value ? "True" : "False"),
  integer: ({ value }) => dimText(value),
  float: ({ value }) => (Number.isInteger(value) ? `${value}.0` : String(value)),
  string: ({ value, isBytes }) =>
    `${isBytes ? "b" : ""}${JSON.stringify(value.length > MAXIMUM_TEXT ? `${value.slice(0, MAXIMUM_TEXT)}…` : value)}`,
  tuple: ({ items, typeName }) => `${typeName ?? "tuple"} of ${items.length}`,
  list: ({ items, typeName }) => `${typeName ?? "list"} of ${items.length}`,
  dictionary: ({ entries, typeName, isObject }) => `${typeName ?? (isObject ? "object" : "dict")} of ${entries.size}`,
  set: ({ entries, typeName }) => `${typeName ?? "set"} of ${entries.size}`,
  slice: () => "slice",
  range: ({ start, stop, step }) => `range(${[start, stop, step].map(dimText).join(", ")})`,
  iterator: ({ items, position }) => `iterator with ${items.length - position} left`,
  function: ({ qualifiedName }) => `function ${qualifiedName}`,
  method: (method) =>
    method.function.kind === "function" || method.function.kind === "native" ? `method ${method.function.name}` : "method",
  native: ({ name }) => `function ${name}`,
  property: ({ form }) => form,
  class: ({ qualifiedName }) => `class ${qualifiedName}`,
  instance: (instance) => instance.class.name,
  module: ({ name }) => `module ${name}`,
  super: () => "super()",
  tensor: tensorText,
  unknown: ({ reason }) => `unknown: ${reason}`,
}

/** "Tensor (N, 64, 56, 56) float32", "list of 3", "Conv2d". */
export const describe = (value: Value): string => (WRITERS[value.kind] as Writer<typeof value.kind>)(value as never)

function tensorText({ role, shape, dtype }: TensorValue): string {
  const kind = role === "parameter" ? "Parameter" : role === "buffer" ? "Buffer" : "Tensor"
  return [kind, shape ? shapeText(shape) : "of unknown shape", ...(dtype === undefined ? [] : [dtype])].join(" ")
}
