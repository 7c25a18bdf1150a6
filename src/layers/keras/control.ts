/** Branches and loops over tensors: `cond`, `while_loop`, `map`, `scan`. What hangs on the data leaves shapes, and makes costs unknown. */
import type { Arguments } from "../arguments.ts"
import { equals } from "../../values/dim.ts"
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"
import { functions } from "./function.ts"
import { mapTensors, tensorsIn } from "./nesting.ts"

const run = (call: Arguments, callee: V.Value, ...positional: V.Value[]): V.Value =>
  call.interpreter.call(callee, { positional, keywords: new Map() }, call.place)

const areAlike = (one: V.TensorValue, other: V.TensorValue | undefined): boolean =>
  one.shape !== undefined &&
  other?.shape !== undefined &&
  one.shape.length === other.shape.length &&
  one.shape.every((dim, axis) => equals(dim, other.shape?.[axis] ?? -1) === true)

/** Both ways are gone; where they give the same shapes, that is the result. */
function joined(call: Arguments, results: readonly V.Value[]): V.Value {
  call.interpreter.gap("which branch runs is known only when the program runs", call.place)
  const [first = V.NONE, ...others] = results
  const tensors = tensorsIn(first)
  const isOne = others.every(
    (other) => tensorsIn(other).length === tensors.length && tensors.every((tensor, index) => areAlike(tensor, tensorsIn(other)[index])),
  )
  return isOne && tensors.length > 0 ? first : call.unclear("the branches give different shapes")
}

const branch = functions("ops.cond tf.cond tf.compat.v1.cond K.switch_call", "pred, true_fn=None, false_fn=None", (call) => {
  const pred = call.required("pred")
  const truth = pred.kind === "tensor" && !pred.data ? undefined : call.interpreter.truth(pred)
  const [yes, no] = [call.required("true_fn"), call.required("false_fn")]
  if (truth !== undefined) return run(call, truth ? yes : no)
  return joined(call, [run(call, yes), run(call, no)])
})

const choice = functions("ops.switch", "index, branches, *operands", (call) => {
  const operands = call.items("operands")
  const index = call.value("index")
  const branches = call.items("branches")
  const chosen = index?.kind === "integer" && typeof index.value === "number" ? branches[index.value] : undefined
  return chosen
    ? run(call, chosen, ...operands)
    : joined(
        call,
        branches.map((each) => run(call, each, ...operands)),
      )
})

/** Numbers that a loop changes are not known behind it; tensors keep their shapes. */
const changed = (value: V.Value, call: Arguments): V.Value => {
  if (value.kind === "integer" || value.kind === "float") return V.unknown("a loop changes it", call.place)
  if (value.kind === "tuple" || value.kind === "list") return { ...value, items: value.items.map((item) => changed(item, call)) } as V.Value
  return mapTensors(value, ({ data: _, ...tensor }) => ({ ...tensor, id: V.newId() }))
}

const untilDone = functions("ops.while_loop tf.while_loop", "cond, body, loop_vars", (call) => {
  call.interpreter.gap("how often the loop runs is known only when the program runs", call.place)
  return changed(call.required("loop_vars"), call)
})

const counted = functions("ops.fori_loop", "lower, upper, body_fun, init_val", (call) => {
  const [from, to] = [call.size("lower"), call.size("upper")]
  const body = call.required("body_fun")
  let state = call.required("init_val")
  if (typeof from === "number" && typeof to === "number" && to - from <= 64) {
    for (let round = from; round < to; round++) state = run(call, body, V.integer(round), state)
    return state
  }
  call.interpreter.gap("how often the loop runs is not known", call.place)
  return changed(state, call)
})

/** The first element stands for all. */
const mapped = functions("ops.map ops.vectorized_map tf.map_fn tf.vectorized_map", "function, elements", (call) => {
  const elements = call.required("elements")
  const count = tensorsIn(elements)[0]?.shape?.[0]
  if (count === undefined) return call.unclear("what is gone through has no known shape")
  call.interpreter.gap("what is computed for each element is counted once only when the program runs", call.place)
  const one = run(
    call,
    call.required("function"),
    mapTensors(elements, ({ shape, dtype }) => V.tensor(call.framework, shape?.slice(1), dtype)),
  )
  if (tensorsIn(one).length === 0) return call.unclear("what the function gives is not known")
  return mapTensors(one, ({ shape, dtype }) => V.tensor(call.framework, shape && [count, ...shape], dtype))
})

const scanned = functions("ops.scan", "function, init, xs=None, length=None", (call) => {
  const given = call.value("xs") ?? V.NONE
  const count = call.optionalSize("length") ?? tensorsIn(given)[0]?.shape?.[0] ?? call.unclear("the length is not known")
  call.interpreter.gap("what is computed in each step is counted only when the program runs", call.place)
  const step = run(
    call,
    call.required("function"),
    call.required("init"),
    mapTensors(given, ({ shape, dtype }) => V.tensor(call.framework, shape?.slice(1), dtype)),
  )
  const [carry, item] = call.sequence(step) ?? []
  if (!carry || !item) return call.unclear("what a step gives is not known")
  return V.tuple([carry, mapTensors(item, ({ shape, dtype }) => V.tensor(call.framework, shape && [count, ...shape], dtype))])
})

export const controlEntries: readonly Entry[] = [...branch, ...choice, ...untilDone, ...counted, ...mapped, ...scanned]
