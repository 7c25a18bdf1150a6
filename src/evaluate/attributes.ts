/** Attribute look-up and assignment on instances, classes, modules, tensors and everything else. */
import { findModuleAttribute, setModuleAttribute } from "../layers/modules.ts"
import { catalogueValue, isNamespace, standsIn, tensorAttribute } from "../layers/catalogue.ts"
import * as V from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import { deferredValue, settle } from "./deferred.ts"
import { starValue } from "./stars.ts"
import { ensureRun, installedModule, openPython, recordOf, submodule } from "./modules.ts"
import { Raised } from "./raised.ts"

/** The attribute's value; undefined when the object certainly has none of that name. */
export function findAttribute(evaluation: Evaluation, object: V.Value, name: string): V.Value | undefined {
  switch (object.kind) {
    case "instance":
      return instanceAttribute(evaluation, object, name)
    case "class":
      return classAttribute(evaluation, object, name)
    case "module":
      return moduleAttribute(evaluation, object, name)
    case "super":
      return superAttribute(evaluation, object, name)
    case "tensor":
      return tensorMember(evaluation, object, name)
    case "unknown":
      return unknownAttribute(object, name)
    default:
      return evaluation.language.attribute(evaluation, object, name)
  }
}

/** What an unknown's attribute is: unknown for the same reason, and a symbol of the dotted name where it has a name. */
function unknownAttribute(object: V.UnknownValue, name: string): V.UnknownValue {
  const { type: _, ...rest } = object
  return object.symbol === undefined ? object : { ...rest, symbol: `${object.symbol}.${name}` }
}

function instanceAttribute(evaluation: Evaluation, object: V.InstanceValue, name: string): V.Value | undefined {
  const custom = lookUp(object.class, "__getattribute__")
  if (custom?.kind === "function") return customAttribute(evaluation, object, custom, name)
  return plainAttribute(evaluation, object, name)
}

/** A class's own `__getattribute__` is asked for everything; what it does not find, `__getattr__` may. */
function customAttribute(evaluation: Evaluation, object: V.InstanceValue, custom: V.FunctionValue, name: string): V.Value | undefined {
  const found = unlessMissing(evaluation, () =>
    evaluation.call(custom, { positional: [object, V.string(name)], keywords: new Map() }, evaluation.place),
  )
  return found ?? (lookUp(object.class, "__getattr__") ? dynamicAttribute(evaluation, object, name) : undefined)
}

/** An attribute whose look-up raises AttributeError is not there. */
function unlessMissing(evaluation: Evaluation, read: () => V.Value): V.Value | undefined {
  try {
    return read()
  } catch (thrown) {
    const isMissing =
      thrown instanceof Raised && thrown.value.kind === "instance" && evaluation.isSubclass(thrown.value.class, "AttributeError")
    if (!isMissing) throw thrown
    return undefined
  }
}

/** `object.__getattribute__`: the attribute without asking the class. */
export function plainAttribute(evaluation: Evaluation, object: V.InstanceValue, name: string): V.Value | undefined {
  const inClass = lookUp(object.class, name)
  if (inClass?.kind === "property" && inClass.form === "property") return getProperty(evaluation, inClass, object)
  if (inClass?.kind === "property" && inClass.form === "cached" && !object.attributes.has(name))
    return cacheProperty(evaluation, inClass, object, name)
  const own = object.attributes.get(name) ?? findModuleAttribute(object, name)
  if (own !== undefined) return own
  if (inClass !== undefined) return bind(evaluation, inClass, object, object.class)
  if (name === "__class__") return object.class
  return dynamicAttribute(evaluation, object, name)
}

/** `__getattr__`, an unknown base, or what the language gives every object. */
function dynamicAttribute(evaluation: Evaluation, object: V.InstanceValue, name: string): V.Value | undefined {
  // What every object has is found before `__getattr__` is asked: `self.__dict__` inside it is no recursion.
  const usual = name.startsWith("__") ? evaluation.language.attribute(evaluation, object, name) : undefined
  if (usual !== undefined) return usual
  const dynamic = lookUp(object.class, "__getattr__")
  if (dynamic?.kind === "function" || dynamic?.kind === "native")
    return unlessMissing(evaluation, () =>
      evaluation.call(
        bind(evaluation, dynamic, object, object.class),
        { positional: [V.string(name)], keywords: new Map() },
        evaluation.place,
      ),
    )
  const general = evaluation.language.attribute(evaluation, object, name)
  if (general !== undefined) return general
  const { unknownBase } = object.class
  return unknownBase && !name.startsWith("__") ? unknownBase : undefined
}

/** `cached_property`: computed once, then an attribute of the object. */
function cacheProperty(evaluation: Evaluation, property: V.PropertyValue, self: V.InstanceValue, name: string): V.Value {
  const value = getProperty(evaluation, property, self)
  evaluation.heap.touch(self.attributes)
  self.attributes.set(name, value)
  return value
}

function getProperty(evaluation: Evaluation, property: V.PropertyValue, self: V.Value): V.Value {
  if (!property.get) return evaluation.unknown("the property has no getter")
  const getter = { kind: "method" as const, self, function: property.get }
  return evaluation.call(getter, { positional: [], keywords: new Map() }, evaluation.place)
}

/** The first entry for a name along the method resolution order. */
export function lookUp(cls: V.ClassValue, name: string): V.Value | undefined {
  for (const ancestor of cls.mro) {
    const found = ancestor.attributes.get(name)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a class's entry becomes when it is read through an object: functions become methods. */
export function bind(evaluation: Evaluation, entry: V.Value, self: V.Value, cls: V.ClassValue): V.Value {
  if (entry.kind === "function" || (entry.kind === "native" && entry.isMethod)) return { kind: "method", self, function: entry }
  if (entry.kind !== "property") return entry
  if (entry.form === "classmethod" && entry.get) return { kind: "method", self: cls, function: entry.get }
  if (entry.form === "staticmethod" && entry.get) return entry.get
  return getProperty(evaluation, entry, self)
}

function classAttribute(evaluation: Evaluation, object: V.ClassValue, name: string): V.Value | undefined {
  const entry = lookUp(object, name)
  if (entry?.kind === "property" && entry.form !== "property" && entry.form !== "cached") return bind(evaluation, entry, object, object)
  if (entry !== undefined) return entry
  if (object.metaclass?.kind === "class") {
    const meta = lookUp(object.metaclass, name)
    if (meta !== undefined) return bind(evaluation, meta, object, object.metaclass)
  }
  return evaluation.language.attribute(evaluation, object, name) ?? (name.startsWith("__") ? undefined : object.unknownBase)
}

function superAttribute(evaluation: Evaluation, object: V.SuperValue, name: string): V.Value | undefined {
  const cls = object.self.kind === "instance" ? object.self.class : object.self.kind === "class" ? object.self : undefined
  if (!cls) return evaluation.unknown("super() stands outside a method of a known class")
  const rest = cls.mro.slice(cls.mro.indexOf(object.after) + 1)
  for (const ancestor of rest) {
    const entry = ancestor.attributes.get(name)
    if (entry !== undefined) return name === "__new__" ? entry : bind(evaluation, entry, object.self, cls)
  }
  const own = object.self.kind === "instance" ? findModuleAttribute(object.self, name) : undefined
  return own ?? evaluation.language.attribute(evaluation, object, name) ?? cls.unknownBase
}

/** What a module's own statements bind once they are run, the star imports that waited included. */
function importedName(evaluation: Evaluation, module: V.ModuleValue, name: string): V.Value | undefined {
  const record = recordOf(module)
  if (!record) return undefined
  ensureRun(evaluation, module)
  if (name === "__dict__") settle(evaluation, record.scope.module)
  const isUsual = evaluation.hasDeferred && !name.startsWith("__")
  const own = module.attributes.get(name)
  // A star import may bring a function of the same name as its submodule: `from .s3d import *`.
  if (own && own.kind !== "module") return own
  return (isUsual ? deferredValue(evaluation, record.scope.module, name) : undefined) ?? own ?? starValue(record.scope.module, name)
}

function moduleAttribute(evaluation: Evaluation, object: V.ModuleValue, name: string): V.Value | undefined {
  const own = object.attributes.get(name)
  if (own !== undefined) return own.kind === "module" && !object.catalogue ? (importedName(evaluation, object, name) ?? own) : own
  const qualified = `${object.name}.${name}`
  if (!object.catalogue) {
    const dynamic = object.attributes.get("__getattr__")
    const found =
      evaluation.language.declaredMember?.(evaluation, object, name) ??
      importedName(evaluation, object, name) ??
      submodule(evaluation, object, name) ??
      innerName(evaluation, object, name)
    if (found || (dynamic?.kind !== "function" && dynamic?.kind !== "native"))
      return found ?? evaluation.language.attribute(evaluation, object, name)
    return evaluation.call(dynamic, { positional: [V.string(name)], keywords: new Map() }, evaluation.place)
  }
  const known = catalogueValue(qualified)
  if (known !== undefined) return known
  if (isNamespace(qualified)) return catalogueMember(qualified)
  const reason = standsIn(object.name) ? `the module ${object.name} was not found` : `${qualified} is not in the catalogue`
  return installedModule(evaluation, qualified) ?? (standsIn(qualified) ? catalogueMember(qualified) : evaluation.unknown(reason))
}

/** Keras 2's files held what the packages of their names in Keras 3 no longer tell; their source still does. */
function innerName(evaluation: Evaluation, object: V.ModuleValue, name: string): V.Value | undefined {
  const inner = /^(?:tensorflow\.)?keras\.(?!src\b)(.+)$/.exec(object.name)?.[1]
  if (inner === undefined || name.startsWith("__")) return undefined
  const parts = ["keras", "src", ...inner.split(".")]
  for (const root of evaluation.importRoots) {
    const source = openPython(evaluation, root, parts)
    if (source) return importedName(evaluation, source, name)
  }
  return undefined
}

const catalogueMember = (name: string): V.ModuleValue => ({ kind: "module", name, attributes: new Map(), catalogue: true })

function tensorMember(evaluation: Evaluation, object: V.TensorValue, name: string): V.Value | undefined {
  const own = object.attributes?.get(name)
  if (own !== undefined) return own
  const entry = tensorAttribute(object.framework, name)
  if (entry === undefined) return name.startsWith("__") ? undefined : evaluation.unknown(`tensor attribute ${name} is not in the catalogue`)
  if (entry.kind === "property") return getProperty(evaluation, entry, object)
  return entry.kind === "native" ? { kind: "method", self: object, function: entry } : entry
}

export function setAttribute(evaluation: Evaluation, object: V.Value, name: string, value: V.Value): void {
  switch (object.kind) {
    case "instance":
      return setInstanceAttribute(evaluation, object, name, value)
    case "class":
    case "function":
    case "module":
      evaluation.heap.touch(object.attributes)
      object.attributes.set(name, value)
      return
    case "tensor":
      return setTensorAttribute(evaluation, object, name, value)
    default:
      evaluation.language.setAttribute(evaluation, object, name, value)
  }
}

function setInstanceAttribute(evaluation: Evaluation, object: V.InstanceValue, name: string, value: V.Value): void {
  const inClass = lookUp(object.class, name)
  if (inClass?.kind === "property" && inClass.form === "property" && inClass.set) {
    const setter = { kind: "method" as const, self: object, function: inClass.set }
    evaluation.call(setter, { positional: [value], keywords: new Map() }, evaluation.place)
    return
  }
  const custom = lookUp(object.class, "__setattr__")
  // `__setattr__ = dict.__setitem__`; that of every object stores as we do.
  const isBorrowed = custom?.kind === "native" && !custom.name.endsWith("__setattr__")
  if (custom && (isBorrowed || (custom.kind === "function" && !isRunning(evaluation, custom, object)))) {
    evaluation.call(custom, { positional: [object, V.string(name), value], keywords: new Map() }, evaluation.place)
    return
  }
  storeAttribute(evaluation, object, name, value)
}

/** `object.__setattr__`: stores without asking the class. */
export function storeAttribute(evaluation: Evaluation, object: V.InstanceValue, name: string, value: V.Value): void {
  if (setModuleAttribute(evaluation, object, name, value)) return
  // After `self.__dict__ = self` a dictionary's entries are its attributes.
  const held = name === "__dict__" ? undefined : object.attributes.get("__dict__")
  if (held) return evaluation.language.setIndex(evaluation, held, V.string(name), value)
  evaluation.heap.touch(object.attributes)
  object.attributes.set(name, value)
}

/** A `__setattr__` that ends in an assignment to the same object must not call itself for ever. */
function isRunning(evaluation: Evaluation, method: V.FunctionValue, _object: V.InstanceValue): boolean {
  return evaluation.frames.some((frame) => frame.name === method.qualifiedName)
}

function setTensorAttribute(evaluation: Evaluation, object: V.TensorValue, name: string, value: V.Value): void {
  evaluation.heap.touch(object)
  if (name === "requires_grad") object.requiresGrad = value.kind === "boolean" ? value.value : undefined
  else if (name === "data" && value.kind === "tensor") object.shape = value.shape
  else object.attributes = new Map(object.attributes).set(name, value)
}
