/** The heap's undo log: remembers containers before their first change, so that a branch can be taken back and joined with another. */
import type { Heap } from "../values/heap.ts"

/** What a container held at one moment: a copy of the Map, array or record. */
type Contents = ReadonlyMap<unknown, unknown> | readonly unknown[] | Readonly<Record<string, unknown>>

export interface Change {
  readonly before: Contents
  readonly after: Contents
}
export type Changes = ReadonlyMap<object, Change>

/** Changes that are to outlive the frames around them: which containers those frames have snapshots of, and what they held. */
interface Lasting {
  readonly frames: readonly Map<object, Contents>[]
  readonly before: Map<object, Contents>
}

/** Copying so many entries takes as long as a step of the program. */
const LONG = 32

export class Journal implements Heap {
  #frames: Map<object, Contents>[] = []
  #lasting: Lasting | undefined

  /** `spend` is told of work that long containers make: each snapshot copies them. */
  constructor(readonly spend: (count: number) => void = () => {}) {}

  touch(container: object): void {
    const frame = this.#frames.at(-1)
    if (frame && !frame.has(container)) {
      const size = container instanceof Map ? container.size : Array.isArray(container) ? container.length : 0
      if (size >= LONG) this.spend(Math.floor(size / LONG))
      frame.set(container, contentsOf(container))
    } else if (!frame) this.#outlive(container, () => contentsOf(container))
  }

  /** Notes what a container held that an outer frame would set back. */
  #outlive(container: object, contents: () => Contents): void {
    const lasting = this.#lasting
    if (lasting && !lasting.before.has(container) && lasting.frames.some((frame) => frame.has(container)))
      lasting.before.set(container, contents())
  }

  begin(): void {
    this.#frames.push(new Map())
  }

  /** Ends the innermost frame, takes its changes back and tells what they were. */
  rollback(): Changes {
    const frame = this.#frames.pop() ?? new Map<object, Contents>()
    const changes = new Map<object, Change>()
    for (const [container, before] of frame) {
      changes.set(container, { before, after: contentsOf(container) })
      restore(container, before)
    }
    return changes
  }

  /** Ends the innermost frame and keeps its changes; they are the outer frame's now. Tells what they were. */
  commit(): Changes {
    const frame = this.#frames.pop() ?? new Map<object, Contents>()
    const outer = this.#frames.at(-1)
    const changes = new Map<object, Change>()
    for (const [container, before] of frame) {
      changes.set(container, { before, after: contentsOf(container) })
      if (outer && !outer.has(container)) outer.set(container, before)
      else if (!outer) this.#outlive(container, () => before)
    }
    return changes
  }

  /** Makes changes again that were rolled back. */
  apply(changes: Changes): void {
    for (const [container, { after }] of changes) this.replace(container, after)
  }

  replace(container: object, contents: Contents): void {
    this.touch(container)
    restore(container, contents)
  }

  /**
   * Runs `body` outside all frames: what it changes stays, also when the frames around it are rolled back.
   * Source files are evaluated so, once for all who import them.
   */
  lasting<T>(body: () => T): T {
    const [frames, outer] = [this.#frames, this.#lasting]
    const lasting: Lasting = { frames: [...(outer?.frames ?? []), ...frames], before: new Map() }
    this.#frames = []
    this.#lasting = lasting
    try {
      return body()
    } finally {
      this.#frames = frames
      this.#lasting = outer
      for (const [container, before] of lasting.before)
        for (const frame of lasting.frames) {
          const snapshot = frame.get(container)
          if (snapshot) frame.set(container, carried(snapshot, before, contentsOf(container)))
        }
    }
  }
}

/** A snapshot with the changes from `before` to `after` made to it too. */
function carried(snapshot: Contents, before: Contents, after: Contents): Contents {
  if (snapshot instanceof Map && before instanceof Map && after instanceof Map) {
    const result = new Map(snapshot)
    for (const [key, value] of after) if (before.get(key) !== value || !before.has(key)) result.set(key, value)
    for (const key of before.keys()) if (!after.has(key)) result.delete(key)
    return result
  }
  if (Array.isArray(snapshot) && Array.isArray(before) && Array.isArray(after)) return [...snapshot, ...after.slice(before.length)]
  return { ...snapshot, ...after }
}

export function contentsOf(container: object): Contents {
  if (container instanceof Map) return new Map(container)
  if (Array.isArray(container)) return container.slice()
  return { ...container }
}

function restore(container: object, contents: Contents): void {
  if (container instanceof Map) {
    container.clear()
    for (const [key, value] of contents as Map<unknown, unknown>) container.set(key, value)
  } else if (Array.isArray(container)) {
    container.length = 0
    for (const item of contents as unknown[]) container.push(item)
  } else Object.assign(container, contents)
}
