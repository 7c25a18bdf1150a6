/** The union of everything an expression can evaluate to: concrete, symbolic or unknown, for Python and JavaScript alike. */
import type { Place } from "../text/source.ts"
import type { Dim } from "./dim.ts"
import type { Interpreter } from "./interpreter.ts"
import type { Shape } from "./shape.ts"

export type Value =
  | ConstantValue
  | BooleanValue
  | IntegerValue
  | FloatValue
  | StringValue
  | TupleValue
  | ListValue
  | DictionaryValue
  | SetValue
  | SliceValue
  | RangeValue
  | IteratorValue
  | FunctionValue
  | BoundMethodValue
  | NativeValue
  | PropertyValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | SuperValue
  | TensorValue
  | UnknownValue

/** `None` is also JavaScript's null. */
export interface ConstantValue {
  readonly kind: "constant"
  readonly name: "None" | "undefined" | "Ellipsis" | "NotImplemented"
}
export interface BooleanValue {
  readonly kind: "boolean"
  readonly value: boolean
}
/** A whole number, concrete or symbolic. A whole JavaScript number is an integer too. */
export interface IntegerValue {
  readonly kind: "integer"
  readonly value: Dim
}
export interface FloatValue {
  readonly kind: "float"
  readonly value: number
}
/** Strings, and bytes with `isBytes`. */
export interface StringValue {
  readonly kind: "string"
  readonly value: string
  readonly isBytes?: boolean
}
/** `names` are the fields of a named tuple; `typeName` is for example "torch.Size". */
export interface TupleValue {
  readonly kind: "tuple"
  readonly items: readonly Value[]
  readonly names?: readonly string[]
  readonly typeName?: string
  /** class of a `NamedTuple` subclass */
  readonly class?: ClassValue
}
/** Mutable: every change goes through `Heap.touch(list.items)`. Python's list and JavaScript's array; `deque` has a typeName. */
export interface ListValue {
  readonly kind: "list"
  readonly items: Value[]
  readonly typeName?: string
  /** of NumPy's arrays: the type of the numbers, where it is known */
  readonly numberType?: string | undefined
}
/** Mutable: every change goes through `Heap.touch(dictionary.entries)`. Keys are `keyOf(value)`. Python's dict, JavaScript's object and Map. */
export interface DictionaryValue {
  readonly kind: "dictionary"
  readonly entries: Map<string, { key: Value; value: Value }>
  /** `collections.OrderedDict`, `Map`, … */
  readonly typeName?: string
  /** factory of a defaultdict */
  readonly factory?: Value
  /** true for a JavaScript object, whose entries are its properties */
  readonly isObject?: boolean
}
/** Mutable like a dictionary. */
export interface SetValue {
  readonly kind: "set"
  readonly entries: Map<string, { key: Value; value: Value }>
  readonly typeName?: string
}
export interface SliceValue {
  readonly kind: "slice"
  readonly lower: Value
  readonly upper: Value
  readonly step: Value
}
export interface RangeValue {
  readonly kind: "range"
  readonly start: Dim
  readonly stop: Dim
  readonly step: Dim
}
/** An iterator or a generator, already run: what it will give, and how far it was read. Mutable through `Heap.touch(iterator)`. */
export interface IteratorValue {
  readonly kind: "iterator"
  readonly items: readonly Value[]
  position: number
  /** why more may follow than `items` */
  readonly rest?: UnknownValue
}
/** A function of the user's (or a library's) source. `node`, `scope` belong to the evaluator. */
export interface FunctionValue {
  readonly kind: "function"
  readonly name: string
  readonly qualifiedName: string
  /** the evaluator's closure record */
  readonly closure: unknown
  readonly place: Place
  /** attributes set on the function, mutable */
  readonly attributes: Map<string, Value>
}
export interface BoundMethodValue {
  readonly kind: "method"
  readonly self: Value
  readonly function: Value
}
/** A function known to us by name. */
export interface NativeValue {
  readonly kind: "native"
  /** qualified name, such as "torch.cat" */
  readonly name: string
  readonly call: NativeCall
  /** binds `self` when found on a class */
  readonly isMethod?: boolean
  /** attributes such as functools.partial's `func` */
  readonly attributes?: Map<string, Value>
}
export type NativeCall = (interpreter: Interpreter, call: CallArguments, place: Place) => Value
/** `property`, `classmethod`, `staticmethod` objects as they stand in a class. */
export interface PropertyValue {
  readonly kind: "property"
  readonly form: "property" | "classmethod" | "staticmethod" | "cached"
  readonly get?: Value
  readonly set?: Value
}
export interface ClassValue {
  readonly kind: "class"
  readonly name: string
  /** "torch.nn.Conv2d" for classes of the catalogue, "module.Class" for the user's */
  readonly qualifiedName: string
  readonly bases: readonly Value[]
  /** itself first; unknown bases are left out and `unknownBase` says why */
  readonly mro: readonly ClassValue[]
  /** mutable through `Heap.touch(class.attributes)` */
  readonly attributes: Map<string, Value>
  readonly unknownBase?: UnknownValue
  readonly metaclass?: Value
  readonly place?: Place
  /** What the catalogue says about a layer class. */
  readonly layer?: LayerDescription
  /** Makes a blank instance of a class known to us, such as an exception or an enum member; else an ordinary instance. */
  readonly construct?: NativeCall
}
/** What hovers need of a layer class of the catalogue. */
export interface LayerDescription {
  /** "torch.nn.Conv2d" */
  readonly name: string
  readonly framework: Framework
  readonly signature: string
  /** One sentence on what the layer does. */
  readonly sentence: string
  readonly documentation: string
  /** The parameter formula in the framework's argument names, such as "(in_channels / groups · kernel_size + 1) · out_channels". */
  readonly formula?: string
}
export type Framework = "torch" | "keras" | "tfjs" | "numpy"

/** An object. Mutable: every change goes through `Heap.touch(instance.attributes)`. */
export interface InstanceValue {
  readonly kind: "instance"
  readonly class: ClassValue
  readonly attributes: Map<string, Value>
  /** Where it was made. */
  readonly place: Place
  /** order of creation, unique */
  readonly id: number
  /** What a native class keeps with its instance (a layer's bound arguments, a Keras graph). Replaced, never changed in place; through `Heap.touch(instance)`. */
  state?: unknown
}
/** An evaluated source file, or a namespace of the catalogue (`catalogue` set), whose members are found by qualified name. */
export interface ModuleValue {
  readonly kind: "module"
  readonly name: string
  readonly attributes: Map<string, Value>
  readonly catalogue?: boolean
  /** evaluator's record of the file */
  readonly source?: unknown
}
/** Python's `super()` object. */
export interface SuperValue {
  readonly kind: "super"
  /** the class after which the look-up starts */
  readonly after: ClassValue
  readonly self: Value
}

export type DataType = string

/** A tensor. What is not known is undefined; sizes that are not known are fresh symbols. Identity matters: shared weights are one object. */
export interface TensorValue {
  readonly kind: "tensor"
  readonly framework: Framework
  /** undefined when even the rank is unknown. Changed in place only by `refine` on an input whose shape is being found, and by in-place operators. */
  shape: Shape | undefined
  /** "float32", "int64", "bool", …; undefined when unknown */
  dtype: DataType | undefined
  readonly role?: "parameter" | "buffer"
  requiresGrad?: boolean
  /** why the shape is unknown */
  readonly unknown?: UnknownValue
  /** Elements of a small constant tensor in row-major order. */
  readonly data?: readonly (number | boolean)[]
  /** For tensors of unknown shape that are known to have the shape of another: `refine` goes there too. */
  readonly sameShapeAs?: TensorValue
  /** The operation that made it, as recorded in the trace; inputs and weights have none. */
  readonly producer?: number
  readonly id: number
  /** Keras and TF.js: the symbolic tensor's record in the functional graph. */
  readonly graph?: unknown
  /** mutable attributes some code hangs on tensors */
  attributes?: Map<string, Value>
}

/** Not known, with the reason and where it began. */
export interface UnknownValue {
  readonly kind: "unknown"
  readonly reason: string
  readonly place?: Place
  /** A name such as "config.n_embd" for what nobody states: used as a number it becomes the symbol of that name. */
  readonly symbol?: string
  /** "integer" | "float" | "string" | "boolean" … when an annotation says so */
  readonly type?: string
  /** The tensor whose shape this would be; unpacking it tells the rank. */
  readonly shapeOf?: TensorValue
  /** An entry of a dictionary that may not be there at all. */
  readonly isMaybe?: true
  /** It is what something unknown gave when it was called: possibly a module with weights. */
  readonly mayHoldWeights?: boolean
  /** It is what something unknown made of a symbolic tensor: layers may stand behind it. */
  readonly isSymbolic?: true
  /** What `*x` in a call gives: places without names. */
  readonly isSpread?: true
  /** What each of its items is like, where it is iterated: a loader gives nobody knows how many batches, all of one shape. */
  readonly element?: Value
  /** A float that depends on symbolic sizes, such as `hidden * 2.5`, so that `int()` of it is still a size. */
  readonly ratio?: Ratio
}
/** numerator / denominator, as Python's float would hold it. */
export interface Ratio {
  readonly numerator: Dim
  readonly denominator: Dim
}

export interface CallArguments {
  readonly positional: readonly Value[]
  readonly keywords: ReadonlyMap<string, Value>
  /** why there may be more arguments than these */
  readonly rest?: UnknownValue
  /** why there may be more of those that the callee's own parameters do not name: what its `*args` and `**kwargs` hold */
  readonly unnamed?: UnknownValue
}

export const NONE: ConstantValue = { kind: "constant", name: "None" }
export const UNDEFINED: ConstantValue = { kind: "constant", name: "undefined" }
export const ELLIPSIS: ConstantValue = { kind: "constant", name: "Ellipsis" }
export const NOT_IMPLEMENTED: ConstantValue = { kind: "constant", name: "NotImplemented" }
export const TRUE: BooleanValue = { kind: "boolean", value: true }
export const FALSE: BooleanValue = { kind: "boolean", value: false }

export const boolean = (value: boolean): BooleanValue => (value ? TRUE : FALSE)
export const integer = (value: Dim): IntegerValue => ({ kind: "integer", value })
export const float = (value: number): FloatValue => ({ kind: "float", value })
export const string = (value: string): StringValue => ({ kind: "string", value })
export const tuple = (items: readonly Value[], typeName?: string): TupleValue => ({ kind: "tuple", items, ...(typeName && { typeName }) })
export const list = (items: Value[] = []): ListValue => ({ kind: "list", items })
export const unknown = (reason: string, place?: Place): UnknownValue => ({ kind: "unknown", reason, ...(place && { place }) })
export const native = (name: string, call: NativeCall, isMethod = false): NativeValue => ({ kind: "native", name, call, isMethod })
export const isNone = (value: Value | undefined): boolean =>
  value?.kind === "constant" && (value.name === "None" || value.name === "undefined")

let lastId = 0
/** A number no other object has. */
export const newId = (): number => ++lastId

export function tensor(
  framework: Framework,
  shape: Shape | undefined,
  dtype: DataType | undefined,
  more: Partial<TensorValue> = {},
): TensorValue {
  const { data } = more
  const isSingle = framework === "torch" && dtype === "float32" && data?.some((element) => typeof element === "number")
  const stored = isSingle ? { data: data?.map((element) => (typeof element === "number" ? Math.fround(element) : element)) } : undefined
  return { kind: "tensor", framework, shape, dtype, id: newId(), ...more, ...stored }
}

/** The key under which a value stands in a dictionary or set; undefined when that cannot be known. Objects are their identity. */
export function keyOf(value: Value): string | undefined {
  switch (value.kind) {
    case "string":
      return `s:${value.value}`
    case "integer":
      return typeof value.value === "object" ? undefined : `i:${value.value}`
    case "boolean":
      return `i:${Number(value.value)}`
    case "float":
      return Number.isInteger(value.value) ? `i:${value.value}` : `f:${value.value}`
    case "constant":
      return `c:${value.name}`
    case "tuple":
      return tupleKey(value.items)
    case "instance":
      return derivedKey(value) ?? `o:${value.id}`
    case "tensor":
      return `o:${value.id}`
    case "unknown":
      return undefined
    default:
      return `r:${identityOf(value)}`
  }
}

/** Longer keys are not made: tuples that hold one tuple twice, many times over, would have endless ones. */
const MAXIMUM_KEY = 100_000

function tupleKey(items: readonly Value[]): string | undefined {
  let text = ""
  for (const item of items) {
    const key = keyOf(item)
    if (key === undefined || text.length + key.length > MAXIMUM_KEY) return undefined
    text += `${text && ","}${key.length}:${key}`
  }
  return `t:(${text})`
}

/** A member of `class Mode(str, Enum)` is found under its text: what a derived class holds of a builtin one decides. */
function derivedKey({ state }: InstanceValue): string | undefined {
  const contents = (state as { contents?: Value } | undefined)?.contents
  return contents && ["string", "integer", "float", "tuple"].includes(contents.kind) ? keyOf(contents) : undefined
}

const identities = new WeakMap<object, number>()
/** A number for an object that has none of its own. */
export function identityOf(value: object): number {
  let id = identities.get(value)
  if (id === undefined) identities.set(value, (id = newId()))
  return id
}

/** Builds a dictionary from string keys. */
export function dictionaryOf(entries: Iterable<readonly [string, Value]>, more: Partial<DictionaryValue> = {}): DictionaryValue {
  const map = new Map<string, { key: Value; value: Value }>()
  for (const [name, value] of entries) map.set(`s:${name}`, { key: string(name), value })
  return { kind: "dictionary", entries: map, ...more }
}
