/** What operators leave in memory: results made, what the backward pass needs of them, and the most that is alive at once. */
import type { OperationEvent } from "../evaluate/trace.ts"
import { isInPlaceLayer, optionOf, parametersOf } from "../layers/modules.ts"
import { bytesOf } from "../values/bytes.ts"
import { add, atMost, type Dim, isUnknown, multiply, product, subtract, sum } from "../values/dim.ts"
import type { InstanceValue, TensorValue, Value } from "../values/value.ts"
import { isElementwise, isView, keeps, operatorName, workspace } from "./keeping.ts"
import type { OperationMemory } from "./model.ts"

/** How a tensor lies in its memory: as it was made, with axes exchanged, or as a part of another. */
type Layout = "whole" | "permuted" | "part"

/** A piece of memory that tensors share. */
interface Storage {
  readonly bytes: Dim | undefined
  /** order of the operator that made it; -1 for what was there before */
  readonly born: number
  lastUse: number
}

const sizeOf = ({ shape, dtype }: TensorValue): Dim | undefined => {
  const bytes = shape && multiply(product(shape), bytesOf(dtype))
  return bytes === undefined || isUnknown(bytes) ? undefined : bytes
}

const total = (parts: readonly (Dim | undefined)[]): Dim | undefined => (parts.includes(undefined) ? undefined : sum(parts as Dim[]))

/** Follows operators in order, as torch runs them in training mode; `peak` is that of inference. */
export class MemoryLedger {
  readonly #storages = new Map<TensorValue, Storage>()
  readonly #all: Storage[] = []
  readonly #layouts = new Map<TensorValue, Layout>()
  readonly #gradients = new Set<TensorValue>()
  readonly #kept = new Set<Storage>()
  #order = 0

  /** Takes note of what the model is given. */
  give(inputs: readonly TensorValue[]): void {
    for (const tensor of inputs) this.#storages.set(tensor, this.#made(sizeOf(tensor), -1))
  }

  /** Enters an operator that a module applied itself. */
  add(event: OperationEvent, owner: InstanceValue): OperationMemory {
    const order = this.#order++
    const tensors = event.inputs.flatMap(tensorsOf)
    const [first] = tensors
    const isInPlace = event.isInPlace === true || WRITTEN.test(event.name) || isInPlaceLayer(owner, event.name)
    for (const tensor of tensors) this.#storageOf(tensor).lastUse = order
    const isShared = first !== undefined && (isInPlace || (isView(event, owner) && !this.#copies(event, first)))
    for (const output of event.outputs) this.#storages.set(output, isShared ? this.#storageOf(first) : this.#made(sizeOf(output), order))
    for (const output of event.outputs) this.#layouts.set(output, layoutAfter(operatorName(event.name), this.#layoutOf(first)))
    const inside = workspace(operatorName(event.name), event.outputs[0])
    if (inside !== undefined) this.#made(inside, order)
    const needsGradient = this.#flows(event, owner, tensors)
    if (needsGradient) for (const output of event.outputs) this.#gradients.add(output)
    return {
      made: isShared ? 0 : total(event.outputs.map(sizeOf)),
      kept: needsGradient ? this.#keep(event, owner, tensors, isInPlace) : 0,
    }
  }

  /** The most that results and inputs take together between two operators, when each is given up after its last use. */
  peak(outputs: readonly TensorValue[]): Dim | undefined {
    for (const output of outputs) this.#storageOf(output).lastUse = this.#order
    if (this.#all.some(({ bytes }) => bytes === undefined)) return undefined
    const changes = new Array<Dim>(this.#order + 2).fill(0)
    for (const { bytes = 0, born, lastUse } of this.#all) {
      const from = Math.max(0, born)
      // What was given lives as long as the caller holds it.
      const to = (born < 0 ? this.#order : lastUse) + 1
      changes[from] = add(changes[from] ?? 0, bytes)
      changes[to] = subtract(changes[to] ?? 0, bytes)
    }
    let [alive, most]: [Dim, Dim] = [0, 0]
    for (const change of changes) {
      alive = add(alive, change)
      const isLess = atMost(alive, most)
      if (isLess === undefined) return undefined
      if (!isLess) most = alive
    }
    return most
  }

  #storageOf(tensor: TensorValue): Storage {
    const known = this.#storages.get(tensor)
    if (known) return known
    const isWeight = tensor.role !== undefined
    // What no operator made came up right before: a tensor of random numbers, a range.
    const storage = isWeight ? { bytes: 0, born: -1, lastUse: 0 } : this.#made(sizeOf(tensor), Math.max(0, this.#order - 1))
    this.#storages.set(tensor, storage)
    return storage
  }

  #made(bytes: Dim | undefined, born: number): Storage {
    const storage: Storage = { bytes, born, lastUse: born }
    this.#all.push(storage)
    return storage
  }

  #layoutOf = (tensor: TensorValue | undefined): Layout => (tensor && this.#layouts.get(tensor)) ?? "whole"

  /** A new shape, or order, of something whose axes were exchanged is a copy. */
  #copies = (event: OperationEvent, tensor: TensorValue): boolean =>
    COPYING.has(operatorName(event.name)) && this.#layoutOf(tensor) === "permuted"

  /** Whether the backward pass comes through: an operand, or a weight of the layer, wants a gradient. */
  #flows(event: OperationEvent, owner: InstanceValue, tensors: readonly TensorValue[]): boolean {
    if (!event.outputs.some(({ dtype }) => dtype === undefined || /^b?float|^complex/.test(dtype))) return false
    if (tensors.some((tensor) => this.#wantsGradient(tensor))) return true
    const isOwn = operatorName(event.name) === operatorName(owner.class.name)
    return isOwn && parametersOf(owner).some(([, weight]) => weight.requiresGrad !== false)
  }

  #wantsGradient = (tensor: TensorValue): boolean =>
    tensor.role === "parameter" ? tensor.requiresGrad !== false : this.#gradients.has(tensor) || tensor.requiresGrad === true

  #keep(event: OperationEvent, owner: InstanceValue, tensors: readonly TensorValue[], isInPlace: boolean): Dim | undefined {
    const [result] = event.outputs
    const held = keeps({
      name: operatorName(event.name),
      event,
      tensors,
      result,
      isInPlace,
      wantsGradient: this.#wantsGradient,
      isPermuted: (tensor) => this.#layoutOf(tensor) === "permuted",
      option: (name) => optionOf(owner, name),
    })
    if (!held) return undefined
    const bytes = held.tensors.map((tensor): Dim | undefined => {
      const storage = this.#storageOf(tensor)
      if (this.#kept.has(storage)) return 0
      this.#kept.add(storage)
      return storage.bytes
    })
    return total([...bytes, held.more])
  }
}

const COPYING = new Set(["reshape", "flatten", "contiguous"])

/** Operators that work on each element alone leave the layout; others make their result anew. */
function layoutAfter(name: string, before: Layout): Layout {
  if (/^(transpose|permute|t|mt|expand|expandas|swapaxes|movedim)$/.test(name)) return "permuted"
  if (/^(split|chunk|getitem|narrow|select|unbind|tensorsplit)$/.test(name)) return before === "permuted" ? before : "part"
  if (COPYING.has(name)) return before === "permuted" ? "whole" : before
  const keepsLayout = isElementwise(name)
  return keepsLayout ? before : "whole"
}

/** Whoever reads the tensor afterwards reads what was written into it. */
const WRITTEN = /[^_]_$|^__setitem__$/

function tensorsOf(value: Value): TensorValue[] {
  if (value.kind === "tensor") return [value]
  return value.kind === "list" || value.kind === "tuple" ? value.items.flatMap(tensorsOf) : []
}
