/** What Python's names mean that no scope holds. */
import { ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, type Value } from "../../values/value.ts"
import { byName } from "./arguments.ts"
import { numberFunctions } from "./functions/numbers.ts"
import { objectFunctions } from "./functions/objects.ts"
import { sequenceFunctions } from "./functions/sequences.ts"
import { types, typeType } from "./types.ts"

/** `super()` is not here: it needs the scope, and the evaluator does it. */
export const builtins: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...[...types].filter(([name]) => !name.includes(".") && !name.startsWith("dict_")),
  ["type", typeType],
  ["True", TRUE],
  ["False", FALSE],
  ["None", NONE],
  ["Ellipsis", ELLIPSIS],
  ["NotImplemented", NOT_IMPLEMENTED],
  ["__debug__", TRUE],
  ...byName([...numberFunctions, ...sequenceFunctions, ...objectFunctions]),
])
