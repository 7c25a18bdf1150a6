/** The arguments of one call of a layer or function, read by name in the form that is wanted. */
import type { Place } from "../text/source.ts"
import type { Dim } from "../values/dim.ts"
import type { AttentionMask, Interpreter, Sliding } from "../values/interpreter.ts"
import type { Problem, ProblemCode } from "../values/problem.ts"
import type { Shape } from "../values/shape.ts"
import * as V from "../values/value.ts"

/** Thrown by a reader that cannot tell; the function that was called answers Unknown for this reason. */
export class Unclear {
  constructor(readonly value: V.UnknownValue) {}
}

/** What an operator says of its result. */
export interface Result {
  readonly shape: Shape | undefined
  readonly macs?: Dim
  readonly problems?: readonly Problem[]
  /** Of an attention. */
  readonly mask?: AttentionMask | undefined
  readonly sliding?: Sliding | undefined
}

export type Reader = (name: string) => V.Value | undefined

/** What a layer gives that has several results, such as a recurrent one: its outputs and its states. */
export const isSeveral = (value: V.Value): value is V.TupleValue =>
  value.kind === "tuple" && !value.names && value.items[0]?.kind === "tensor" && value.items[0].shape?.length !== 0

const severalText = ({ items }: V.TupleValue): string => `expects a tensor, got a tuple of ${items.length} values`

export class Arguments {
  constructor(
    readonly interpreter: Interpreter,
    readonly place: Place,
    /** The function's or layer's short name, as it stands in the trace. */
    readonly name: string,
    readonly framework: V.Framework,
    readonly read: Reader,
    readonly given: ReadonlySet<string> = new Set(),
  ) {}

  /** The argument's value, its default included. `None` counts as left out. */
  value(name: string): V.Value | undefined {
    const value = this.read(name)
    return V.isNone(value) ? undefined : value
  }

  has(name: string): boolean {
    return this.value(name) !== undefined
  }

  required(name: string): V.Value {
    return this.value(name) ?? this.unclear(`the argument ${name} is not given`)
  }

  size(name: string): Dim {
    return this.interpreter.dim(this.known(this.required(name), ["tuple", "list", "string", "dictionary", "function"]))
  }

  optionalSize(name: string): Dim | undefined {
    return this.has(name) ? this.size(name) : undefined
  }

  /** One size or several, as a list. */
  sizes(name: string): Dim[] {
    return this.sizesOf(this.required(name))
  }

  sizesOf(value: V.Value): Dim[] {
    if (value.kind === "unknown" && value.symbol === undefined) throw new Unclear(value)
    const items = this.sequence(value) ?? this.entriesOf(value)
    return items ? items.map((item) => this.interpreter.dim(item)) : [this.interpreter.dim(value)]
  }

  /** A vector of sizes that were computed says how many there are. */
  private entriesOf(value: V.Value): V.Value[] | undefined {
    if (value.kind !== "tensor" || value.data) return undefined
    if (!value.shape) throw new Unclear(value.unknown ?? V.unknown("the sizes are not known"))
    const [count] = value.shape
    if (value.shape.length === 0) return undefined
    if (value.shape.length > 1 || typeof count !== "number") return this.unclear("how many sizes there are is not known")
    return Array.from({ length: count }, () => V.integer(this.fresh("?", "the size is computed when the program runs")))
  }

  /** A size for each of `count` axes: one number stands for all. Undefined when there are neither one nor `count` of them. */
  sizesFor(name: string, count: number): Dim[] | undefined {
    const sizes = this.sizes(name)
    const [first] = sizes
    if (sizes.length === count) return sizes
    return sizes.length === 1 && first !== undefined ? new Array<Dim>(count).fill(first) : undefined
  }

  /** A concrete whole number, such as an axis. */
  integer(name: string): number {
    return this.wholeOf(this.required(name), name)
  }

  optionalInteger(name: string): number | undefined {
    return this.has(name) ? this.integer(name) : undefined
  }

  /** Concrete whole numbers, such as axes; undefined when left out. */
  integers(name: string): number[] | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    const items = this.sequence(value) ?? [value]
    return items.map((item) => this.wholeOf(item, name))
  }

  wholeOf(value: V.Value, name: string): number {
    if (value.kind === "unknown") throw new Unclear(value)
    const size = this.interpreter.dim(value)
    return typeof size === "number" ? size : this.unclear(`the value of ${name} is not known`)
  }

  /** Undefined when it cannot be known. */
  flag(name: string): boolean | undefined {
    const value = this.read(name)
    return value === undefined ? false : this.interpreter.truth(value)
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    if (value?.kind === "unknown") throw new Unclear(value)
    return value?.kind === "string" ? value.value : undefined
  }

  /** A concrete number; undefined when left out or not known. */
  number(name: string): number | undefined {
    return numberOf(this.value(name))
  }

  tensor(name: string): V.TensorValue {
    const value = this.required(name)
    if (name === "input" && this.framework === "torch" && isSeveral(value)) this.problem("argument-error", severalText(value))
    return this.tensorOf(value)
  }

  optionalTensor(name: string): V.TensorValue | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : this.tensorOf(value)
  }

  /** A tensor; numbers become tensors without axes, the unknown a tensor of unknown shape. */
  tensorOf(value: V.Value): V.TensorValue {
    switch (value.kind) {
      case "tensor":
        return value
      case "unknown":
        return V.tensor(this.framework, undefined, undefined, { unknown: value })
      case "integer":
        return V.tensor(this.framework, [], "int64", typeof value.value === "number" ? { data: [value.value] } : {})
      case "float":
        // A number keeps what a float32 would lose: beside a float64 it counts in full.
        return { ...V.tensor(this.framework, [], "float32"), data: [value.value] }
      case "boolean":
        return V.tensor(this.framework, [], "bool", { data: [value.value] })
      default:
        return V.tensor(this.framework, undefined, undefined, { unknown: V.unknown(`a ${value.kind} is no tensor`, this.place) })
    }
  }

  /** The items of a list or tuple, or of a tensor with known elements; undefined for what is no sequence. */
  sequence(value: V.Value): readonly V.Value[] | undefined {
    if (value.kind === "tuple" || value.kind === "list") return value.items
    if (value.kind === "tensor" && value.data && value.shape?.length === 1) return value.data.map((item) => V.integer(Number(item)))
    if (value.kind === "range" || value.kind === "iterator" || value.kind === "set" || value.kind === "dictionary") {
      const items = this.interpreter.iterate(value)
      if (Array.isArray(items)) return items as readonly V.Value[]
      throw new Unclear(items as V.UnknownValue)
    }
    return undefined
  }

  /** What a sequence holds, or the arguments that a `*rest` gathers; Unclear when it is not known, none when it is no sequence. */
  items(name: string): readonly V.Value[] {
    const value = this.required(name)
    if (value.kind === "unknown") throw new Unclear(value)
    return this.sequence(value) ?? []
  }

  /** The tensors of a list or tuple of tensors. */
  tensors(name: string): V.TensorValue[] {
    const value = this.required(name)
    if (value.kind === "unknown") throw new Unclear(value)
    const items = this.interpreter.iterate(value)
    if (!Array.isArray(items)) throw new Unclear(items as V.UnknownValue)
    return (items as readonly V.Value[]).map((item) => this.tensorOf(item))
  }

  known(value: V.Value, wrong: readonly V.Value["kind"][]): V.Value {
    return wrong.includes(value.kind) ? this.unclear(`a ${value.kind} is no number`) : value
  }

  unclear(reason: string): never {
    throw new Unclear(V.unknown(reason, this.place))
  }

  fresh(name: string, reason: string): Dim {
    return this.interpreter.freshDim(name, reason)
  }

  problem(code: ProblemCode, message: string, more: Pick<Problem, "isLacking"> = {}): void {
    this.interpreter.problem({ code, message, ...more }, this.place)
  }

  /** Records the operator and gives its one result. */
  emit(
    inputs: readonly V.Value[],
    { shape, macs = 0, problems = [], mask, sliding }: Result,
    dtype: V.DataType | undefined,
    more?: Partial<V.TensorValue>,
  ): V.TensorValue {
    return this.interpreter.operation(
      { name: this.name, inputs, macs, problems, place: this.place, mask, sliding, isInPlace: this.isInPlace() },
      this.framework,
      shape,
      dtype,
      more,
    )
  }

  /** `F.relu(x, inplace=True)` */
  private isInPlace(): boolean {
    return this.given.has("inplace") && this.flag("inplace") === true
  }

  /** Records an operator with several results. */
  emitAll(
    inputs: readonly V.Value[],
    shapes: readonly (Shape | undefined)[],
    dtype: V.DataType | undefined,
    more: { macs?: Dim; problems?: readonly Problem[]; mask?: AttentionMask | undefined } = {},
  ): V.TensorValue[] {
    const record = { name: this.name, inputs, macs: more.macs ?? 0, problems: more.problems ?? [], place: this.place, mask: more.mask }
    return this.interpreter.operations(
      record,
      this.framework,
      shapes.map((shape) => ({ shape, dtype })),
    )
  }

  /** The same arguments, read by an analysis that may be a later one: what an object was made with. */
  within(interpreter: Interpreter, place: Place): Arguments {
    return new Arguments(interpreter, place, this.name, this.framework, this.read, this.given)
  }

  /** The same arguments under another operator's name: a layer that applies several records each. */
  named(name: string): Arguments {
    return new Arguments(this.interpreter, this.place, name, this.framework, this.read, this.given)
  }
}

export function numberOf(value: V.Value | undefined): number | undefined {
  if (value?.kind === "float") return value.value
  if (value?.kind === "integer" && typeof value.value !== "object") return Number(value.value)
  if (value?.kind === "boolean") return Number(value.value)
  if (value?.kind === "tensor" && value.data?.length === 1) return Number(value.data[0])
  return undefined
}
