/** Element types of torch: their names, their objects, and which one mixed operands give. */
import type { Place } from "../../text/source.ts"
import { sourceFile } from "../../text/source.ts"
import { bytesOf } from "../../values/bytes.ts"
import * as V from "../../values/value.ts"
import { constant, type Entry, method, nativeClass } from "./define.ts"

/** Every dtype under its names. */
const NAMES: Record<string, string> = {
  float32: "float32 float",
  float64: "float64 double",
  float16: "float16 half",
  bfloat16: "bfloat16",
  float8_e4m3fn: "float8_e4m3fn",
  float8_e5m2: "float8_e5m2",
  int64: "int64 long",
  int32: "int32 int",
  int16: "int16 short",
  int8: "int8",
  uint8: "uint8",
  uint16: "uint16",
  uint32: "uint32",
  uint64: "uint64",
  bool: "bool",
  complex64: "complex64 cfloat",
  complex128: "complex128 cdouble",
  quint8: "quint8",
  qint8: "qint8",
}

const nowhere: Place = { file: sourceFile("torch", "python", ""), span: { start: 0, end: 0 } }

export const DTYPE_CLASS = nativeClass({
  name: "torch.dtype",
  attributes: [
    [
      "__repr__",
      method("torch.dtype.__repr__", "", (_, self) => V.string(self.kind === "instance" ? `torch.${String(self.state)}` : "dtype")),
    ],
  ],
})

const objects = new Map<string, V.InstanceValue>()

/** The one object of a dtype. */
export function dtypeObject(name: string): V.InstanceValue {
  let object = objects.get(name)
  if (!object) {
    const attributes: [string, V.Value][] = [
      ["is_floating_point", V.boolean(isFloating(name))],
      ["is_complex", V.boolean(name.startsWith("complex"))],
      ["itemsize", V.integer(bytesOf(name))],
    ]
    object = { kind: "instance", class: DTYPE_CLASS, attributes: new Map(attributes), place: nowhere, id: V.newId(), state: name }
    objects.set(name, object)
  }
  return object
}

/** The dtype an argument names; undefined when it names none or nobody knows. */
export function dtypeNamed(value: V.Value | undefined): V.DataType | undefined {
  if (value?.kind === "instance" && value.class === DTYPE_CLASS && typeof value.state === "string") return value.state
  if (value?.kind === "native" || value?.kind === "class") return PYTHON_TYPES[value.name.slice(value.name.lastIndexOf(".") + 1)]
  return value?.kind === "string" ? Object.keys(NAMES).find((name) => value.value === name) : undefined
}

/** `dtype=float` stands for float64, `dtype=int` for int64. */
const PYTHON_TYPES: Record<string, string> = { float: "float64", int: "int64", bool: "bool" }

export const isFloating = (dtype: V.DataType | undefined): boolean => dtype !== undefined && /^b?float/.test(dtype)
export const isIntegral = (dtype: V.DataType | undefined): boolean => dtype !== undefined && /^(u?int|bool)/.test(dtype)

const ORDER = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
const category = (dtype: string): number => (dtype === "bool" ? 0 : isIntegral(dtype) ? 1 : isFloating(dtype) ? 2 : 3)

/** The type of two operands together; a tensor without axes (or a number) decides only when it is of a higher category. */
export function promote(left: Operand, right: Operand): V.DataType | undefined {
  if (left.dtype === undefined || right.dtype === undefined) return undefined
  const [first, second] = [category(left.dtype), category(right.dtype)]
  if (left.isScalar !== right.isScalar) {
    const [strong, weak] = left.isScalar ? [right, left] : [left, right]
    return category(weak.dtype as string) > category(strong.dtype as string)
      ? weak.isNumber
        ? defaultOf(weak.dtype as string)
        : weak.dtype
      : strong.dtype
  }
  if (first !== second) return first > second ? left.dtype : right.dtype
  if (left.isNumber !== right.isNumber) return left.isNumber ? right.dtype : left.dtype
  const pair = new Set([left.dtype, right.dtype])
  if (pair.size > 1 && pair.has("float16") && pair.has("bfloat16")) return "float32"
  if (pair.size > 1 && pair.has("uint8") && pair.has("int8")) return "int16"
  return ORDER.indexOf(left.dtype) >= ORDER.indexOf(right.dtype) ? left.dtype : right.dtype
}

export interface Operand {
  readonly dtype: V.DataType | undefined
  /** without axes */
  readonly isScalar: boolean
  /** a number of the language, not a tensor */
  readonly isNumber: boolean
}

const defaultOf = (dtype: string): string => (isFloating(dtype) ? "float32" : dtype)

export function operandOf(value: V.Value): Operand {
  switch (value.kind) {
    case "tensor":
      return { dtype: value.dtype, isScalar: value.shape?.length === 0, isNumber: false }
    case "integer":
      return { dtype: "int64", isScalar: true, isNumber: true }
    case "float":
      return { dtype: "float32", isScalar: true, isNumber: true }
    case "boolean":
      return { dtype: "bool", isScalar: true, isNumber: true }
    default:
      return { dtype: undefined, isScalar: true, isNumber: false }
  }
}

/** What functions such as `exp` give for whole numbers: the default floating type. */
export const floatingOf = (dtype: V.DataType | undefined): V.DataType | undefined => (isIntegral(dtype) ? "float32" : dtype)

/** What `sum` gives: whole numbers are added up as int64. */
export const summed = (dtype: V.DataType | undefined): V.DataType | undefined => (isIntegral(dtype) ? "int64" : dtype)

export const DEVICE_CLASS = nativeClass({
  name: "torch.device",
  construct: (interpreter, call) =>
    deviceObject(call.positional[0] ?? call.keywords.get("device") ?? call.keywords.get("type"), interpreter.place),
})

const CPU: V.InstanceValue = makeDevice("cpu", V.NONE)

function makeDevice(type: string, index: V.Value): V.InstanceValue {
  const attributes: [string, V.Value][] = [
    ["type", V.string(type)],
    ["index", index],
  ]
  return { kind: "instance", class: DEVICE_CLASS, attributes: new Map(attributes), place: nowhere, id: V.newId(), state: type }
}

/** Analysis runs nowhere; what is asked for a device says "cpu" unless the code names another. */
export function deviceObject(value: V.Value | undefined, place: Place): V.Value {
  if (value?.kind === "instance") return value
  if (value?.kind === "unknown") return V.unknown(value.reason, place)
  if (value?.kind !== "string" || value.value === "cpu") return CPU
  const [type = "cpu", index] = value.value.split(":")
  return makeDevice(type, index === undefined ? V.NONE : V.integer(Number(index)))
}

export const dtypeEntries: readonly Entry[] = [
  ...Object.entries(NAMES).flatMap(([dtype, names]) =>
    names.split(" ").flatMap((name): Entry[] => [[`torch.${name}`, () => dtypeObject(dtype)]]),
  ),
  ...constant("torch.dtype", DTYPE_CLASS),
  ...constant("torch.device", DEVICE_CLASS),
]

/** Legacy constructors: `torch.FloatTensor(2, 3)`. */
export const LEGACY_TYPES: Record<string, string> = {
  FloatTensor: "float32",
  DoubleTensor: "float64",
  HalfTensor: "float16",
  BFloat16Tensor: "bfloat16",
  LongTensor: "int64",
  IntTensor: "int32",
  ShortTensor: "int16",
  CharTensor: "int8",
  ByteTensor: "uint8",
  BoolTensor: "bool",
}

/** What `x.type(torch.LongTensor)` or `x.type("torch.cuda.FloatTensor")` asks for. */
export function legacyType(value: V.Value | undefined): V.DataType | undefined {
  const name = value?.kind === "class" ? value.qualifiedName : value?.kind === "string" ? value.value : ""
  return LEGACY_TYPES[/^torch\.(?:cuda\.)?(\w+Tensor)$/.exec(name)?.[1] ?? ""]
}
