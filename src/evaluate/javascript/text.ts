/** Text of a value as JavaScript writes it in a template literal or `String(value)`. */
import { dimText, isConcrete, isUnknown } from "../../values/dim.ts"
import type { Value } from "../../values/value.ts"
import { MAXIMUM_TEXT } from "./natives.ts"

/** Undefined when the text cannot be known. */
export function textOf(value: Value | undefined, depth = 0): string | undefined {
  switch (value?.kind) {
    case undefined:
      return "undefined"
    case "string":
      return value.value
    case "integer":
      return isConcrete(value.value) || !isUnknown(value.value) ? dimText(value.value) : undefined
    case "float":
      return String(value.value)
    case "boolean":
      return String(value.value)
    case "constant":
      return value.name === "None" ? "null" : value.name
    case "list":
    case "tuple":
      return depth > 8 ? undefined : joined(value.items, ",", depth + 1)
    case "dictionary":
      return value.isObject ? "[object Object]" : `[object ${value.typeName ?? "Object"}]`
    case "instance":
      return errorText(value.attributes) ?? (value.class.attributes.has("toString") ? undefined : "[object Object]")
    default:
      return undefined
  }
}

function errorText(attributes: ReadonlyMap<string, Value>): string | undefined {
  const [name, message] = [attributes.get("name"), attributes.get("message")]
  return name?.kind === "string" && message?.kind === "string" ? `${name.value}: ${message.value}` : undefined
}

/** `array.join(separator)`. */
export function joined(items: readonly Value[], separator: string, depth = 0): string | undefined {
  const parts: string[] = []
  let length = 0
  for (const item of items) {
    const text = item.kind === "constant" ? "" : textOf(item, depth)
    if (text === undefined || (length += text.length + separator.length) > MAXIMUM_TEXT) return undefined
    parts.push(text)
  }
  return parts.join(separator)
}
