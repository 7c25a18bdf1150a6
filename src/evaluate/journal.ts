/** The heap's undo log: remembers containers before their first change, so that a branch can be taken back and joined with another. */
import type { Heap } from "../values/heap.ts"

/** What a container held at one moment: a copy of the Map, array or record. */
type Contents = ReadonlyMap<unknown, unknown> | readonly unknown[] | Readonly<Record<string, unknown>>

export interface Change {
  readonly before: Contents
  readonly after: Contents
}
export type Changes = ReadonlyMap<object, Change>

export class Journal implements Heap {
  #frames: Map<object, Contents>[] = []

  touch(container: object): void {
    const frame = this.#frames.at(-1)
    if (frame && !frame.has(container)) frame.set(container, contentsOf(container))
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

  /** Runs `body` outside all frames: what it changes stays. Source files are evaluated so, once for all who import them. */
  lasting<T>(body: () => T): T {
    const frames = this.#frames
    this.#frames = []
    try {
      return body()
    } finally {
      this.#frames = frames
    }
  }
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
