/** `torch.utils._pytree`: tuples, lists and dictionaries of values taken apart and put together. */
import type { Arguments } from "../arguments.ts"
import * as V from "../../values/value.ts"
import { callWith, type Entry, functions } from "./define.ts"

/** The values at the ends, in order. */
function leavesOf(tree: V.Value): readonly V.Value[] {
  if (tree.kind === "tuple" || tree.kind === "list") return tree.items.flatMap(leavesOf)
  if (tree.kind === "dictionary") return [...tree.entries.values()].flatMap(({ value }) => leavesOf(value))
  return [tree]
}

/** The same nesting with other ends. */
function rebuilt(tree: V.Value, next: (leaf: V.Value) => V.Value): V.Value {
  if (tree.kind === "tuple") return { ...tree, items: tree.items.map((item) => rebuilt(item, next)) }
  if (tree.kind === "list") return V.list(tree.items.map((item) => rebuilt(item, next)))
  if (tree.kind !== "dictionary") return next(tree)
  const entries = new Map([...tree.entries].map(([key, entry]) => [key, { key: entry.key, value: rebuilt(entry.value, next) }]))
  return { ...tree, entries }
}

/** A structure is kept as the tree it was taken from. */
const SPECIFICATION = "TreeSpec"

function unflattened(call: Arguments): V.Value {
  const leaves = call.sequence(call.required("leaves"))
  const value = call.required("treespec")
  const [tree] = value.kind === "tuple" && value.typeName === SPECIFICATION ? value.items : []
  if (!leaves || !tree) return call.unclear("the structure of the tree is not known")
  let at = 0
  return rebuilt(tree, () => leaves[at++] ?? V.NONE)
}

function mapped(call: Arguments): V.Value {
  const change = call.required("func")
  const others = (call.sequence(call.required("rests")) ?? []).map(leavesOf)
  let at = -1
  return rebuilt(call.required("tree"), (leaf) => {
    at++
    return callWith(call.interpreter, change, [leaf, ...others.map((leaves) => leaves[at] ?? V.NONE)], call.place)
  })
}

export const trees: readonly Entry[] = [
  ...functions("torch.utils._pytree.tree_flatten", "tree, is_leaf=None", (call) => {
    const tree = call.read("tree") ?? V.NONE
    return V.tuple([V.list([...leavesOf(tree)]), V.tuple([tree], SPECIFICATION)])
  }),
  ...functions("torch.utils._pytree.tree_unflatten", "leaves, treespec", unflattened),
  ...functions("torch.utils._pytree.tree_leaves", "tree, is_leaf=None", (call) => V.list([...leavesOf(call.read("tree") ?? V.NONE)])),
  ...functions("torch.utils._pytree.tree_map", "func, tree, *rests, is_leaf=None", mapped),
]
