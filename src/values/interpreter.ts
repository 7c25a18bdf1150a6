/** What natives, layers and operators may ask of the evaluator: it is declared here so that layers never import it. */
import type { Place } from "../text/source.ts"
import type { Dim } from "./dim.ts"
import type { Heap } from "./heap.ts"
import type { Problem } from "./problem.ts"
import type { Shape } from "./shape.ts"
import type { CallArguments, ClassValue, DataType, Framework, InstanceValue, TensorValue, UnknownValue, Value } from "./value.ts"

/** One operator that was applied: what the trace records. */
export interface OperationRecord {
  /** "convolve", "add", … : the operator's or function's name */
  readonly name: string
  readonly inputs: readonly Value[]
  readonly macs: Dim
  readonly problems: readonly Problem[]
  readonly place: Place
  readonly mask?: AttentionMask | undefined
  readonly sliding?: Sliding | undefined
  /** The result stands where the first operand did. */
  readonly isInPlace?: boolean
}

/** A window that slides over the last axes but the channels, or paints them where it is transposed. */
export interface Sliding {
  /** elements spanned along each axis, dilation included */
  readonly spans: readonly Dim[]
  readonly strides: readonly Dim[]
  readonly isTransposed?: boolean
}

/** Of an attention: one that hides later positions by order, or one that was given as a tensor. */
export type AttentionMask = "causal" | "given"

export interface Interpreter {
  readonly heap: Heap
  /** Where evaluation stands: the innermost call of the user's code. */
  readonly place: Place

  /** Counts steps for what a native makes or looks at many of, some sixteen elements a step, and stops the analysis when the budget is used up. */
  spend(count: number): void
  call(callee: Value, call: CallArguments, place: Place): Value
  /** The attribute, or undefined when the object certainly has none; Unknown when that is not known. */
  findAttribute(object: Value, name: string): Value | undefined
  /** The same without asking the object's own `__getattribute__`. */
  plainAttribute(object: Value, name: string): Value | undefined
  setAttribute(object: Value, name: string, value: Value): void
  /** All values it gives, in order, or why that is not known. Bounded. */
  iterate(value: Value): readonly Value[] | UnknownValue
  truth(value: Value): boolean | undefined
  /** Python's `==` / JavaScript's `===`; undefined when not known. */
  equals(left: Value, right: Value): boolean | undefined
  /** Arithmetic as the language does it, tensors and `__add__` included. `operator` as in the source: "+", "//", "@", … */
  binary(operator: string, left: Value, right: Value): Value
  index(object: Value, index: Value): Value
  /** The size a value stands for: an integer, a boolean, a whole float, or a symbol for an unknown one (named, where it has a `symbol`). */
  dim(value: Value): Dim
  /** A size nobody knows; different from every other. */
  freshDim(name: string, reason: string): Dim
  /** Whether an instance's class, or a class, has this qualified name among its ancestors. */
  isSubclass(value: ClassValue, qualifiedName: string): boolean

  /** The variables of the function that runs, or of its file; changes to the map are changes to them. */
  variables(of: "function" | "file"): Map<string, Value> | undefined
  /** The module of that dotted name, when it was imported; files that are being evaluated included. */
  loadedModule(name: string): Value | undefined
  instantiate(cls: ClassValue, place: Place): InstanceValue
  /** Raises an exception of the language for certain. */
  raise(type: string, message: string): never
  /** Records an operator and reports its problems; answers a tensor that knows its producer. */
  operation(
    record: OperationRecord,
    framework: Framework,
    shape: Shape | undefined,
    dtype: DataType | undefined,
    more?: Partial<TensorValue>,
  ): TensorValue
  /** The same for operators with several results. */
  operations(
    record: OperationRecord,
    framework: Framework,
    results: readonly { shape: Shape | undefined; dtype: DataType | undefined }[],
  ): TensorValue[]
  /** Reports a problem that is no operator's. */
  problem(problem: Problem, place: Place): void
  /** Runs layers for a call of the user's code: what they find wrong stands at that call, for there the program stops. */
  blaming<T>(place: Place, body: () => T): T
  /** Says that something was computed here whose shapes and multiply-accumulates are not known. */
  gap(reason: string, place: Place): void
  /** Gives a tensor of unknown shape (an input nobody stated) the shape that a layer demands; nothing when it is known already. */
  refine(tensor: TensorValue, shape: Shape, dtype?: DataType): void
  /** The program prints the model as it stands now. */
  summarised(model: InstanceValue, place: Place): void
  /** The program asks a module for its parameters, as it does to train it. */
  asksParameters(module: InstanceValue): void
  /** Runs a module's body, recording that it was entered and left; `body` gives the output. */
  enter(module: InstanceValue, inputs: CallArguments, place: Place, body: () => Value): Value
  /** Whether a function of the user's takes an argument of that name. */
  takes(callee: Value, argument: string): boolean
  /** What the running constructors of an object were given by name, those of classes derived from others on top. */
  constructorArguments(instance: InstanceValue): ReadonlyMap<string, Value>
  /** The module of a dotted name, as an import statement in the running file would find it. */
  importModule(name: string): Value
  /** Finds a value of the catalogue by its qualified name, such as "torch.nn.Module". */
  catalogue(qualifiedName: string): Value | undefined
}
