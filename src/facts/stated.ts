/** The call a batch job states: inputs as texts, alone or nested in lists and objects, and whatever else JSON can say. */
import * as V from "../values/value.ts"
import { parseInput } from "./inputs.ts"

/** Makes the arguments anew for each call: tensors of the model's framework. */
export type StatedCall = (framework: V.Framework) => V.CallArguments

type Maker = (framework: V.Framework) => V.Value

/**
 * Reads what a job states; an error text when it cannot be.
 *
 *   text        a tensor: "1,3,224,224" or "2,16:int64"
 *   null        None; true, false and numbers are themselves
 *   list        a list, object a dict, of all these; a list of nothing but sizes is a tensor, too
 */
export function readCall(inputs: readonly unknown[], keywords: Readonly<Record<string, unknown>>): StatedCall | string {
  const positional = inputs.map(readValue)
  const named = Object.entries(keywords).map(([name, value]) => [name, readValue(value)] as const)
  const wrong = [...positional, ...named.map(([, maker]) => maker)].find((maker) => typeof maker === "string")
  if (typeof wrong === "string") return wrong
  return (framework) => ({
    positional: positional.map((maker) => (maker as Maker)(framework)),
    keywords: new Map(named.map(([name, maker]) => [name, (maker as Maker)(framework)])),
  })
}

function readValue(stated: unknown): Maker | string {
  if (typeof stated === "string") return readTensor(stated)
  if (stated === null || stated === undefined) return () => V.NONE
  if (typeof stated === "boolean") return () => V.boolean(stated)
  if (typeof stated === "number") return () => (Number.isSafeInteger(stated) ? V.integer(stated) : V.float(stated))
  return Array.isArray(stated) ? readList(stated) : readEntries(stated as object)
}

function readTensor(text: string): Maker | string {
  const input = parseInput(text)
  return typeof input === "string" ? input : (framework) => V.tensor(framework, input.shape, input.dtype)
}

function readList(stated: readonly unknown[]): Maker | string {
  if (stated.length > 0 && stated.every((size) => typeof size === "number")) return readTensor(stated.join(","))
  const items = stated.map(readValue)
  const wrong = items.find((item) => typeof item === "string")
  return typeof wrong === "string" ? wrong : (framework) => V.list(items.map((item) => (item as Maker)(framework)))
}

function readEntries(stated: object): Maker | string {
  const entries = Object.entries(stated).map(([name, value]) => [V.string(name), readValue(value)] as const)
  const wrong = entries.map(([, maker]) => maker).find((maker) => typeof maker === "string")
  if (typeof wrong === "string") return wrong
  return (framework) => ({
    kind: "dictionary",
    entries: new Map(entries.map(([key, maker]) => [V.keyOf(key) as string, { key, value: (maker as Maker)(framework) }])),
  })
}
