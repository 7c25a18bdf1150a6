/** What happens when a class body has run: `__init_subclass__`, enums, named tuples. */
import type * as V from "../../values/value.ts"
import { bind, lookUp } from "../attributes.ts"
import type { Evaluation } from "../evaluation.ts"

/** A base class of ours may carry this native: it gets the finished class and answers the one to bind. */
export const FINISH_HOOK = "__layerscope_finish__"

export function classWithHooks(evaluation: Evaluation, made: V.ClassValue, keywords: ReadonlyMap<string, V.Value>): V.Value {
  const hook = lookUp(made, FINISH_HOOK)
  const finished = hook ? evaluation.call(hook, { positional: [made], keywords: new Map() }, evaluation.place) : made
  if (finished.kind !== "class") return finished
  const parent = finished.mro.slice(1).find((ancestor) => ancestor.attributes.has("__init_subclass__"))
  const entry = parent?.attributes.get("__init_subclass__")
  const passed = new Map([...keywords].filter(([name]) => name !== "metaclass"))
  if (entry) evaluation.call(bind(evaluation, entry, finished, finished), { positional: [], keywords: passed }, evaluation.place)
  return finished
}
