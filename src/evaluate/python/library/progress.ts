/** `tqdm`: a bar around a loop gives what the loop is over. */
import { integer, NONE, TRUE, unknown, type Value } from "../../../values/value.ts"
import { define, method, positionals } from "../arguments.ts"
import { makeRange } from "../conversions.ts"
import { declareClass } from "../declared.ts"
import { beginning, iteratorOver } from "../iteration.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

const SILENT =
  "update close set_description set_description_str set_postfix set_postfix_str refresh clear write reset display __exit__".split(" ")

const bar = declareClass("tqdm.tqdm", objectType, [
  method("tqdm.tqdm.__init__", "self, iterable?", (interpreter, { self, iterable }) => {
    if (self.kind !== "instance" || !iterable) return NONE
    interpreter.heap.touch(self.attributes)
    self.attributes.set("iterable", iterable)
    return NONE
  }),
  method("tqdm.tqdm.__iter__", "self", (interpreter, { self }): Value => {
    const { items, rest } = beginning(interpreter, overOf(self))
    return rest ? (rest.element ? iteratorOver([rest.element], rest) : rest) : iteratorOver(items)
  }),
  method("tqdm.tqdm.__len__", "self", (interpreter, { self }) => {
    const { items, rest } = beginning(interpreter, overOf(self))
    return rest ? { ...unknown("how many rounds there are is not known"), type: "integer" } : integer(items.length)
  }),
  method("tqdm.tqdm.__bool__", "self", () => TRUE),
  method("tqdm.tqdm.__enter__", "self", (_, { self }) => self),
  ...SILENT.map((name) => method(`tqdm.tqdm.${name}`, "self", () => NONE)),
])

const overOf = (self: Value): Value => (self.kind === "instance" && self.attributes.get("iterable")) || NONE

const range = define("tqdm.trange", "", (interpreter, _, { positional }, place) => {
  const made = interpreter.instantiate(bar, place)
  made.attributes.set("iterable", makeRange(interpreter, positionals(...positional), place))
  return made
})

export const progress = (): Members => library("tqdm", [range], [["tqdm", bar]])
