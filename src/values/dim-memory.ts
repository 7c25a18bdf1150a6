/** What was worked out of two sizes is remembered with them: layers of one model ask the same of the same sizes again and again. */
import type { Dim, SymbolicDim } from "./dim.ts"

/** Stands on the size itself, unseen by comparisons and copies: a table of weak keys would cost the garbage collector more than it saves. */
const MEMORY = Symbol("what was worked out")

interface Remembering extends SymbolicDim {
  [MEMORY]?: (Map<Dim, unknown> | undefined)[]
}

let count = 0

/** A function of two sizes that remembers its results by the identity of the sizes, of which one at least is symbolic. */
export function remembered<T>(work: (a: Dim, b: Dim) => T): (a: Dim, b: Dim) => T {
  const [first, second] = [count++, count++]
  return (a, b) => {
    const isFirst = typeof a === "object"
    const owner = isFirst ? a : b
    if (typeof owner !== "object") return work(a, b)
    const other = isFirst ? b : a
    const results = resultsOf<T>(owner, isFirst ? first : second)
    const known = results.get(other)
    if (known !== undefined || results.has(other)) return known as T
    const result = work(a, b)
    results.set(other, result)
    return result
  }
}

function resultsOf<T>(owner: Remembering, slot: number): Map<Dim, T> {
  const memory = owner[MEMORY] ?? remembering(owner)
  return (memory[slot] ??= new Map<Dim, unknown>()) as Map<Dim, T>
}

function remembering(owner: Remembering): (Map<Dim, unknown> | undefined)[] {
  const memory: (Map<Dim, unknown> | undefined)[] = []
  Object.defineProperty(owner, MEMORY, { value: memory, enumerable: false })
  return memory
}
