/** Python's answers to what the shared evaluator asks: operators with their special methods, imports, arguments, exceptions. */
import type * as Tree from "../../syntax/tree.ts"
import * as V from "../../values/value.ts"
import { bind as bindMember, lookUp } from "../attributes.ts"
import { positional } from "../calls.ts"
import type { Evaluation } from "../evaluation.ts"
import { evaluate } from "../expressions.ts"
import type { Language } from "../language.ts"
import { functionScope, type Scope } from "../scope.ts"
import { pythonAttribute } from "./attributes.ts"
import { bindPython } from "./binding.ts"
import { builtins } from "./builtins.ts"
import { classWithHooks } from "./classes.ts"
import { misusedAttribute, misusedCall } from "./misuse.ts"
import { declaredMember } from "./declarations.ts"
import { importPython, importPythonMember } from "./imports.ts"
import { pythonCompare } from "./comparison.ts"
import { formatValue } from "./formatting.ts"
import { pythonDeleteIndex, pythonIndex, pythonSetIndex } from "./indexing.ts"
import { pythonIterate } from "./iteration.ts"
import { pythonBinary, pythonUnary } from "./operators.ts"
import { scriptImport } from "./script.ts"
import { pythonTruth } from "./truth.ts"
import { builtinClass, classOf } from "./types.ts"
import { pretrained } from "./library/pretrained.ts"

export const pythonLanguage: Language = {
  name: "python",
  selfIsParameter: true,
  hoists: false,
  nothing: V.NONE,
  truth,
  binary,
  unary,
  compare,
  equals: (evaluation, left, right) => truth(evaluation, compare(evaluation, "==", left, right)),
  attribute: pythonAttribute,
  setAttribute: () => false,
  index,
  setIndex,
  deleteIndex,
  iterate,
  keys: iterate,
  text,
  global: globalOf,
  specialCall,
  misusedCall,
  misusedAttribute,
  missingAttribute,
  missingElement: (evaluation, count) => {
    if (evaluation.handlers > 0) evaluation.raise("ValueError", `not enough values to unpack (got ${count})`)
    return evaluation.unknown(`not enough values to unpack (got ${count})`)
  },
  assignmentScope: (scope, name) => assignmentScope(scope, name),
  bind: bindPython,
  isInstanceField: () => false,
  classMember,
  finishClass: classWithHooks,
  importModule: importPython,
  importMember: importPythonMember,
  declaredMember,
  replaced: pretrained,
  exception,
  catches,
}

/** A value's special method, ready to be called; undefined when its class has none. */
function special(evaluation: Evaluation, value: V.Value, name: string): V.Value | undefined {
  if (value.kind === "tensor") {
    const member = evaluation.findAttribute(value, name)
    return member?.kind === "unknown" ? undefined : member
  }
  if (value.kind !== "instance") return undefined
  const entry = lookUp(value.class, name)
  return entry && !V.isNone(entry) ? bindMember(evaluation, entry, value, value.class) : undefined
}

const invoke = (evaluation: Evaluation, method: V.Value, ...args: V.Value[]): V.Value =>
  evaluation.call(method, positional(...args), evaluation.place)

function truth(evaluation: Evaluation, value: V.Value): boolean | undefined {
  if (value.kind === "tensor") return value.data?.length === 1 ? Boolean(value.data[0]) : undefined
  if (value.kind !== "instance") return pythonTruth(value)
  const asked = special(evaluation, value, "__bool__") ?? special(evaluation, value, "__len__")
  if (!asked) return value.class.unknownBase ? undefined : pythonTruth(value)
  const answer = invoke(evaluation, asked)
  return answer.kind === "unknown" ? undefined : pythonTruth(answer)
}

const METHODS: Record<string, string> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "@": "matmul",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lshift",
  ">>": "rshift",
}

/** `__add__`, then `__radd__`, then what builtin values do. */
function binary(evaluation: Evaluation, operator: string, left: V.Value, right: V.Value): V.Value {
  const name = METHODS[operator] as string
  for (const [self, other, method] of [
    [left, right, `__${name}__`],
    [right, left, `__r${name}__`],
  ] as const) {
    if (self.kind === "unknown" && other.kind === "tensor") continue
    const found = special(evaluation, self, method)
    const result = found && invoke(evaluation, found, other)
    if (result && result !== V.NOT_IMPLEMENTED) return result
  }
  return pythonBinary(evaluation, operator, left, right)
}

const UNARY: Record<string, string> = { "-": "__neg__", "+": "__pos__", "~": "__invert__" }

function unary(evaluation: Evaluation, operator: string, operand: V.Value): V.Value {
  const method = special(evaluation, operand, UNARY[operator] ?? "")
  return method ? invoke(evaluation, method) : pythonUnary(evaluation, operator, operand)
}

const COMPARISONS: Record<string, readonly [string, string]> = {
  "<": ["__lt__", "__gt__"],
  "<=": ["__le__", "__ge__"],
  ">": ["__gt__", "__lt__"],
  ">=": ["__ge__", "__le__"],
  "==": ["__eq__", "__eq__"],
  "!=": ["__ne__", "__ne__"],
}

function compare(evaluation: Evaluation, operator: string, left: V.Value, right: V.Value): V.Value {
  if (operator === "in" || operator === "not in") return contains(evaluation, left, right, operator === "in")
  const [forward, backward] = COMPARISONS[operator] ?? []
  const method = forward ? special(evaluation, left, forward) : undefined
  if (method) {
    const result = invoke(evaluation, method, right)
    if (result !== V.NOT_IMPLEMENTED) return result
  }
  const reflected = backward ? special(evaluation, right, backward) : undefined
  if (reflected) {
    const result = invoke(evaluation, reflected, left)
    if (result !== V.NOT_IMPLEMENTED) return result
  }
  return pythonCompare(evaluation, operator, left, right)
}

function contains(evaluation: Evaluation, item: V.Value, container: V.Value, isWanted: boolean): V.Value {
  const method = special(evaluation, container, "__contains__")
  const found = method ? truth(evaluation, invoke(evaluation, method, item)) : undefined
  if (method) return found === undefined ? evaluation.unknown("whether it is contained is not known") : V.boolean(found === isWanted)
  if (container.kind === "instance" || container.kind === "class") {
    const items = iterate(evaluation, container)
    if (Array.isArray(items)) return pythonCompare(evaluation, isWanted ? "in" : "not in", item, V.list([...items]))
  }
  return pythonCompare(evaluation, isWanted ? "in" : "not in", item, container)
}

function index(evaluation: Evaluation, object: V.Value, at: V.Value): V.Value {
  if (object.kind === "unknown" && object.shapeOf) return V.unknown(object.reason, object.place)
  const method = special(evaluation, object, "__getitem__")
  if (method) return invoke(evaluation, method, at)
  if (object.kind === "class") return indexClass(evaluation, object, at)
  if (object.kind === "instance" && object.class.unknownBase) return object.class.unknownBase
  return pythonIndex(evaluation, object, at)
}

/** `Enum["NAME"]`, `Generic[T]`, `list[int]`: the metaclass decides, else a class stays itself. */
function indexClass(evaluation: Evaluation, object: V.ClassValue, at: V.Value): V.Value {
  const meta = object.metaclass?.kind === "class" ? lookUp(object.metaclass, "__getitem__") : undefined
  if (meta && object.metaclass?.kind === "class") return invoke(evaluation, bindMember(evaluation, meta, object, object.metaclass), at)
  const entry = lookUp(object, "__class_getitem__")
  return entry ? invoke(evaluation, bindMember(evaluation, entry, object, object), at) : object
}

function setIndex(evaluation: Evaluation, object: V.Value, at: V.Value, value: V.Value): void {
  const method = special(evaluation, object, "__setitem__")
  if (method) invoke(evaluation, method, at, value)
  else pythonSetIndex(evaluation, object, at, value)
}

function deleteIndex(evaluation: Evaluation, object: V.Value, at: V.Value): void {
  const method = special(evaluation, object, "__delitem__")
  if (method) invoke(evaluation, method, at)
  else pythonDeleteIndex(evaluation, object, at)
}

/** Longest iteration by `__getitem__` or `__next__`. */
const MAXIMUM_ITEMS = 10_000

function iterate(evaluation: Evaluation, value: V.Value): readonly V.Value[] | V.UnknownValue {
  const method = special(evaluation, value, "__iter__")
  if (method) {
    const iterator = invoke(evaluation, method)
    return iterator.kind === "instance" ? drain(evaluation, iterator) : pythonIterate(evaluation, iterator)
  }
  if (value.kind === "class" && value.metaclass?.kind === "class") {
    const entry = lookUp(value.metaclass, "__iter__")
    if (entry) return pythonIterate(evaluation, invoke(evaluation, bindMember(evaluation, entry, value, value.metaclass)))
  }
  const indexed = value.kind === "instance" ? special(evaluation, value, "__getitem__") : undefined
  const length = indexed && special(evaluation, value, "__len__")
  if (indexed && length) return indexAll(evaluation, indexed, invoke(evaluation, length))
  if (value.kind === "instance" && value.class.unknownBase) return value.class.unknownBase
  return pythonIterate(evaluation, value)
}

function indexAll(evaluation: Evaluation, indexed: V.Value, length: V.Value): readonly V.Value[] | V.UnknownValue {
  if (length.kind !== "integer" || typeof length.value !== "number" || length.value > MAXIMUM_ITEMS)
    return evaluation.unknown("the number of items is not known")
  return Array.from({ length: length.value }, (_, position) => invoke(evaluation, indexed, V.integer(position)))
}

/** Iterators written as classes are not run: their state machine seldom decides a shape. */
function drain(evaluation: Evaluation, iterator: V.InstanceValue): V.UnknownValue {
  return evaluation.unknown(`the items of ${iterator.class.name} are not known`)
}

function text(evaluation: Evaluation, value: V.Value, format?: string, conversion?: string): string | undefined {
  return formatValue(evaluation, value, format ?? "", conversion)
}

function globalOf(evaluation: Evaluation, name: string, scope: Scope): V.Value | undefined {
  if (name === "__name__") return V.string(scope.module.name)
  if (name === "__file__") return V.string(scope.module.file.uri)
  if (name === "__package__") return V.string(scope.module.package)
  if (name === "__class__") return scope.definingClass?.current
  return builtins.get(name) ?? scriptImport(evaluation, name, scope)
}

/** `super()` and `super(C, self)`. */
function specialCall(evaluation: Evaluation, node: Tree.Call, scope: Scope): V.Value | undefined {
  const { callee } = node
  if (callee.kind === "name" && (callee.name === "locals" || callee.name === "vars") && node.arguments.length === 0)
    return V.dictionaryOf(functionScope(scope).variables)
  if (callee.kind !== "name" || callee.name !== "super") return undefined
  const [first, second] = node.arguments.map((argument) => evaluate(evaluation, argument.value, scope))
  const after = first ?? scope.definingClass?.current
  const self = second ?? scope.self
  if (after?.kind !== "class" || !self) return evaluation.unknown("super() outside a method of a known class")
  return { kind: "super", after, self }
}

function missingAttribute(evaluation: Evaluation, object: V.Value, message: string, place: V.UnknownValue["place"]): V.Value {
  if (evaluation.handlers > 0 && object.kind !== "tensor") evaluation.raise("AttributeError", message)
  return V.unknown(message, place)
}

/** A bare name is written where it was declared `global` or `nonlocal`, else here. */
function assignmentScope(scope: Scope, name: string): Scope {
  const redirected = scope.redirects?.get(name)
  if (redirected) return redirected
  return scope.kind === "block" ? functionScope(scope) : scope
}

const IMPLICIT: Record<string, V.PropertyValue["form"]> = { __init_subclass__: "classmethod", __class_getitem__: "classmethod" }

function classMember(scope: Scope, name: string, _: Tree.FunctionBody, made: V.Value): V.Value {
  const form = scope.kind === "class" ? IMPLICIT[name] : undefined
  return form && made.kind === "function" ? { kind: "property", form, get: made } : made
}

function exception(evaluation: Evaluation, type: string, message: string): V.Value {
  const cls = builtinClass(type) ?? builtinClass("Exception")
  if (!cls) return evaluation.unknown(message)
  return evaluation.call(cls, positional(V.string(message)), evaluation.place)
}

/** Whether a class, or a tuple of classes, takes a value: `except`, class patterns. */
function catches(evaluation: Evaluation, type: V.Value, value: V.Value): boolean | undefined {
  if (type.kind === "tuple") {
    const answers = type.items.map((item) => catches(evaluation, item, value))
    return answers.includes(true) ? true : answers.includes(undefined) ? undefined : false
  }
  const cls = classOf(value)
  if (type.kind !== "class" || !cls) return undefined
  return cls.mro.includes(type) || cls.mro.some((ancestor) => ancestor.qualifiedName === type.qualifiedName)
}
