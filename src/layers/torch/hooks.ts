/** What code hangs before and behind a module's `forward`: `register_forward_hook` and `register_forward_pre_hook`. */
import type { Arguments } from "../arguments.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Place } from "../../text/source.ts"
import * as V from "../../values/value.ts"
import { callWith, method, nativeClass } from "./define.ts"

/** Attributes of the module, as torch calls them: hooks by the number of their handle. */
const BEFORE = "_forward_pre_hooks"
const BEHIND = "_forward_hooks"
type Side = typeof BEFORE | typeof BEHIND

const HANDLE = "torch.utils.hooks.RemovableHandle"

interface Registration {
  readonly hooks: V.DictionaryValue
  readonly key: string
}

const handleClass = nativeClass({
  name: HANDLE,
  attributes: ["remove", "__exit__"].map((name) => [
    name,
    method(`${HANDLE}.${name}`, "*args", (call, self) => {
      const { hooks, key } = (self.kind === "instance" ? self.state : undefined) as Registration
      call.interpreter.heap.touch(hooks.entries)
      hooks.entries.delete(key)
      return V.NONE
    }),
  ]),
})

function hooksOf(interpreter: Interpreter, self: V.InstanceValue, side: Side): V.DictionaryValue {
  const found = self.attributes.get(side)
  if (found?.kind === "dictionary") return found
  const made = V.dictionaryOf([])
  interpreter.heap.touch(self.attributes)
  self.attributes.set(side, made)
  return made
}

/** The signature of both: `hook, *, prepend=False, with_kwargs=False, always_call=False`. */
export const register =
  (side: Side) =>
  (call: Arguments, self: V.InstanceValue): V.Value => {
    const { interpreter } = call
    const hooks = hooksOf(interpreter, self, side)
    const id = V.integer(V.newId())
    const key = V.keyOf(id) as string
    const entry = { key: id, value: V.tuple([call.required("hook"), V.boolean(call.flag("with_kwargs") ?? false)]) }
    interpreter.heap.touch(hooks.entries)
    const others = [...hooks.entries]
    hooks.entries.set(key, entry)
    if (call.flag("prepend")) {
      for (const [other] of others) hooks.entries.delete(other)
      for (const [other, kept] of others) hooks.entries.set(other, kept)
    }
    const handle = interpreter.instantiate(handleClass, call.place)
    handle.state = { hooks, key } satisfies Registration
    return handle
  }

export const registerBefore = register(BEFORE)
export const registerBehind = register(BEHIND)

/** Runs `forward` between the hooks: those before may give other arguments, those behind another result. */
export function hooked(
  interpreter: Interpreter,
  self: V.InstanceValue,
  call: V.CallArguments,
  place: Place,
  forward: (call: V.CallArguments) => V.Value,
): V.Value {
  let given = call
  for (const [hook, withKeywords] of hooksAt(self, BEFORE)) {
    const answer = callWith(interpreter, hook, [self, V.tuple([...given.positional]), ...(withKeywords ? [keywordsOf(given)] : [])], place)
    given = replaced(given, answer, withKeywords)
  }
  let result = forward(given)
  for (const [hook, withKeywords] of hooksAt(self, BEHIND)) {
    const inputs = [V.tuple([...given.positional]), ...(withKeywords ? [keywordsOf(given)] : [])]
    const answer = callWith(interpreter, hook, [self, ...inputs, result], place)
    if (!V.isNone(answer)) result = answer
  }
  return result
}

function hooksAt(self: V.InstanceValue, side: Side): [V.Value, boolean][] {
  const held = self.attributes.get(side)
  if (held?.kind !== "dictionary") return []
  return [...held.entries.values()].map(({ value }) => {
    const [hook = value, withKeywords] = value.kind === "tuple" ? value.items : []
    return [hook, withKeywords?.kind === "boolean" && withKeywords.value]
  })
}

const keywordsOf = ({ keywords }: V.CallArguments): V.DictionaryValue => V.dictionaryOf(keywords)

/** A tuple stands for the arguments, anything else for the only one; with keywords, both in a pair. */
function replaced(given: V.CallArguments, answer: V.Value, withKeywords: boolean): V.CallArguments {
  if (V.isNone(answer)) return given
  if (!withKeywords) return { ...given, positional: answer.kind === "tuple" ? answer.items : [answer] }
  const [positional, keywords] = answer.kind === "tuple" ? answer.items : []
  if (positional?.kind !== "tuple" || keywords?.kind !== "dictionary") return given
  const named = [...keywords.entries.values()].flatMap(({ key, value }) => (key.kind === "string" ? [[key.value, value] as const] : []))
  return { ...given, positional: positional.items, keywords: new Map(named) }
}
