/** How the torch catalogue is written: entries that make natives and classes when they are first asked for. */
import { Arguments, Unclear } from "../arguments.ts"
import { bindArguments, parametersOf } from "../signature.ts"
import * as V from "../../values/value.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import type { Place } from "../../text/source.ts"

/** Qualified name, and what makes its value. */
export type Entry = readonly [name: string, make: () => V.Value]

const PREFIXES: readonly (readonly [string, string])[] = [
  ["F.", "torch.nn.functional."],
  ["Tensor.", "torch.Tensor."],
  ["nn.", "torch.nn."],
]

/** Writes out the abbreviations `F.`, `Tensor.` and `nn.` at the start of a name. */
export function qualified(name: string): string {
  for (const [short, long] of PREFIXES) if (name.startsWith(short)) return long + name.slice(short.length)
  return name
}

export const shortName = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

/**
 * Entries for a function under all its names (separated by blanks), such as "torch.relu F.relu Tensor.relu".
 * Under `torch.Tensor` it is a method: the signature's first parameter is the tensor.
 */
export function functions(names: string, signature: string, run: (call: Arguments) => V.Value): Entry[] {
  return names.split(" ").map((abbreviated): Entry => {
    const name = qualified(abbreviated)
    return [name, () => V.native(name, nativeCall(name, signature, run), name.startsWith("torch.Tensor."))]
  })
}

/** A native method of a class: `self` is the first positional argument and no part of the signature. */
export function method(name: string, signature: string, run: (call: Arguments, self: V.Value) => V.Value): V.NativeValue {
  return V.native(
    name,
    (interpreter, { positional: [self, ...positional], keywords, rest }, place) => {
      const call = { positional, keywords, ...(rest && { rest }) }
      return nativeCall(name, signature, (bound) => run(bound, self ?? V.NONE))(interpreter, call, place)
    },
    true,
  )
}

const signatures = new WeakMap<V.NativeCall, string>()

/** The signature under which a function of the catalogue reads its arguments. */
export const signatureOf = (native: V.NativeValue): string | undefined => signatures.get(native.call)

/** The names of the arguments it cannot do without; none where its signature is not told. */
export const requiredInputs = (native: V.NativeValue): readonly string[] =>
  parametersOf(signatureOf(native) ?? "")
    .filter(({ kind, text }) => kind === "positional" && text === undefined)
    .map(({ name }) => name)

/** The same call, whose signature is told. */
export function withSignature(signature: string, call: V.NativeCall): V.NativeCall {
  signatures.set(call, signature)
  return call
}

export function nativeCall(name: string, signature: string, run: (call: Arguments) => V.Value): V.NativeCall {
  return withSignature(signature, readingCall(name, signature, run))
}

/**
 * NumPy's names that torch's own functions accept beside theirs.
 * Source: `numpy_compatibility_arg_names` in torch/csrc/utils/python_arg_parser.cpp
 */
const NUMPY_NAMES: ReadonlyMap<string, string> = new Map([
  ["axis", "dim"],
  ["keepdims", "keepdim"],
  ["x", "input"],
  ["a", "input"],
  ["x1", "input"],
  ["x2", "other"],
])

/** The call with NumPy's names of arguments replaced by torch's, where the function does not take them itself. */
function withoutNumpyNames(signature: string, call: V.CallArguments): V.CallArguments {
  const names = new Set(parametersOf(signature).map(({ name }) => name))
  const torchName = (name: string): string => {
    const other = names.has(name) ? undefined : NUMPY_NAMES.get(name)
    return other !== undefined && names.has(other) ? other : name
  }
  return { ...call, keywords: new Map([...call.keywords].map(([name, value]) => [torchName(name), value])) }
}

function readingCall(name: string, signature: string, run: (call: Arguments) => V.Value): V.NativeCall {
  const short = shortName(name)
  const isOwn = name.startsWith("torch.") && !name.startsWith("torch.nn.")
  return (interpreter, call, place) => {
    const { values, given, problem } = bindArguments(signature, isOwn && call.keywords.size > 0 ? withoutNumpyNames(signature, call) : call)
    if (problem !== undefined) {
      interpreter.problem({ code: "argument-error", message: `${short} ${problem}` }, place)
      return unknownTensor(V.unknown(`${short} ${problem}`, place))
    }
    const bound = new Arguments(interpreter, place, short, "torch", (argument) => values.get(argument), given)
    return guarded(bound, () => run(bound))
  }
}

/** Runs a function's body; what it cannot tell becomes an Unknown that says why. */
export function guarded(call: Arguments, body: () => V.Value): V.Value {
  try {
    return body()
  } catch (thrown) {
    if (!(thrown instanceof Unclear)) throw thrown
    call.interpreter.gap(thrown.value.reason, call.place)
    return thrown.value
  }
}

export const unknownTensor = (value: V.UnknownValue): V.TensorValue => V.tensor("torch", undefined, undefined, { unknown: value })

export const constant = (names: string, value: V.Value): Entry[] => names.split(" ").map((name): Entry => [qualified(name), () => value])

/** A class known by name. Its bases are found in the catalogue when it is made. */
export interface ClassDefinition {
  readonly name: string
  readonly bases?: readonly V.ClassValue[]
  readonly attributes?: Iterable<readonly [string, V.Value]>
  readonly layer?: V.LayerDescription
  /** Makes an object in the constructor's place. */
  readonly construct?: V.NativeCall
}

export function nativeClass({ name, bases = [], attributes = [], layer, construct }: ClassDefinition): V.ClassValue {
  const mro: V.ClassValue[] = []
  const made: V.ClassValue = {
    kind: "class",
    name: shortName(name),
    qualifiedName: name,
    bases,
    mro,
    attributes: new Map(attributes),
    ...(layer && { layer }),
    ...(construct && { construct }),
  }
  mro.push(made, ...(bases[0]?.mro ?? []))
  return made
}

/** A class whose objects have more than is told here: what is missing is unknown, not absent. */
export function openClass(definition: ClassDefinition): V.ClassValue {
  const cls = nativeClass(definition)
  const open: V.ClassValue = { ...cls, mro: [], unknownBase: V.unknown(`${cls.name} is not followed`) }
  ;(open.mro as V.ClassValue[]).push(open, ...cls.mro.slice(1))
  return open
}

/** Calls a callable with positional arguments only. */
export function callWith(interpreter: Interpreter, callee: V.Value, positional: readonly V.Value[], place: Place): V.Value {
  return interpreter.call(callee, { positional, keywords: new Map() }, place)
}

/** The tensor as a fresh value without role or producer's promises: what in-place operators and `detach` give. */
export function dropData(interpreter: Interpreter, tensor: V.TensorValue): void {
  if (tensor.data === undefined) return
  interpreter.heap.touch(tensor)
  ;(tensor as { data?: readonly (number | boolean)[] | undefined }).data = undefined
}
