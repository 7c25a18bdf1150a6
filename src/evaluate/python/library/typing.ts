/** Python's `typing`: at run time nearly everything in it is there to be subscripted. */

import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type ClassValue,
  FALSE,
  type InstanceValue,
  isNone,
  NONE,
  newId,
  string,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { abstractTypes } from "../abstract.ts"
import { define, method } from "../arguments.ts"
import { declareClass, LIBRARY_PLACE } from "../declared.ts"
import { objectType } from "../object.ts"
import { knownType, namedTupleType } from "../types.ts"
import { giveFields } from "./collections.ts"
import { library, type Members } from "./module.ts"

/** `Union`, `Optional[int]`, …: forms remember what they were subscripted with. */
const formClass: ClassValue = declareClass("typing._GenericAlias", objectType, [
  method("typing._GenericAlias.__getitem__", "self, item", (interpreter, { self, item }) => subscripted(interpreter, self, item)),
  method("typing._GenericAlias.__call__", "self", () => unknown("a form of typing is called")),
  method("typing._GenericAlias.__or__", "self, other", (interpreter, { self }) => subscripted(interpreter, self, tuple([]))),
  method("typing._GenericAlias.__ror__", "self, other", (interpreter, { self }) => subscripted(interpreter, self, tuple([]))),
])

function form(name: string, args?: Value): InstanceValue {
  const attributes = new Map<string, Value>([
    ["__name__", string(name)],
    ["_name", string(name)],
  ])
  if (args) attributes.set("__args__", args)
  return { kind: "instance", class: formClass, attributes, place: LIBRARY_PLACE, id: newId() }
}

function subscripted(_: Interpreter, self: Value, item: Value): Value {
  if (self.kind !== "instance") return self
  const name = (self.attributes.get("__name__") as { value?: string } | undefined)?.value ?? ""
  const items = item.kind === "tuple" ? item.items : [item]
  // A union of types is what `isinstance` takes: a tuple of them.
  if (name === "Union") return tuple(items, "types.UnionType")
  if (name === "Optional") return tuple([...items, NONE], "types.UnionType")
  if (TRANSPARENT.has(name)) return items[0] ?? self
  const alias = form(name, tuple(items))
  alias.attributes.set("__origin__", self)
  return alias
}

/** `Annotated[int, …]` behaves as int. */
const TRANSPARENT = new Set(["Annotated", "Required", "NotRequired", "ReadOnly"])

const FORMS = [
  ..."Union Optional Literal Annotated Required NotRequired ReadOnly ClassVar Final Type TypeGuard TypeIs Concatenate Unpack Self Never NoReturn Any".split(
    " ",
  ),
  ..."LiteralString TypeAlias Text AnyStr SupportsInt SupportsFloat SupportsIndex SupportsAbs IO TextIO BinaryIO Pattern Match ContextManager AsyncContextManager".split(
    " ",
  ),
]

/** `Generic` and `Protocol` are bases that add nothing. */
const generic = declareClass("typing.Generic", undefined)
const protocol = declareClass("typing.Protocol", undefined)

/** Names of typing for types that exist elsewhere. */
const ALIASES: Record<string, string> = {
  List: "list",
  Dict: "dict",
  Tuple: "tuple",
  Set: "set",
  FrozenSet: "frozenset",
  OrderedDict: "collections.OrderedDict",
  DefaultDict: "collections.defaultdict",
  Counter: "collections.Counter",
  Deque: "collections.deque",
  Text: "str",
  Hashable: "collections.abc.Hashable",
  AbstractSet: "collections.abc.Set",
}
const ABSTRACT =
  "Iterable Iterator Generator Sized Container Collection Reversible Sequence MutableSequence MutableSet Mapping MutableMapping Callable KeysView ValuesView ItemsView ByteString Awaitable Coroutine AsyncIterator AsyncIterable AsyncGenerator".split(
    " ",
  )

/** Type variables are objects that only annotations use. */
const variable = (name: string) =>
  define(`typing.${name}`, "name?", (_, given) => form(given.name?.kind === "string" ? given.name.value : name))

/** `class Point(NamedTuple)`: the fields are the annotated names; values in the body are defaults. */
const finishNamedTuple = define("typing.NamedTuple hook", "cls", (_, { cls }) => {
  if (cls.kind !== "class") return cls
  const annotations = cls.attributes.get("__annotations__")
  if (annotations?.kind !== "dictionary") return inheritFields(cls)
  const fields = [...annotations.entries.values()].map(({ key }) => {
    const name = key.kind === "string" ? key.value : ""
    const value = cls.attributes.get(name)
    return value ? { name, value } : { name }
  })
  return giveFields(cls, fields)
})

/** A class below a named tuple has its fields. */
function inheritFields(cls: ClassValue): ClassValue {
  const parent = cls.mro.slice(1).find((ancestor) => ancestor.construct && ancestor.attributes.has("_fields"))
  if (!parent?.construct) return cls
  const { construct } = parent
  const own: ClassValue["construct"] = (interpreter, call, place) => {
    const made = construct(interpreter, call, place)
    return made.kind === "tuple" ? { ...made, class: cls } : made
  }
  return Object.assign(cls, { construct: own })
}

const namedTuple: Value = namedTupleType
namedTupleType.attributes.set("__layerscope_finish__", finishNamedTuple)

/** `NamedTuple("P", [("x", int)])` */
const functionalNamedTuple: ClassValue["construct"] = (interpreter, { positional: [name, fields = tuple([])] }) => {
  const items = interpreter.iterate(fields)
  const names =
    "kind" in items
      ? [undefined]
      : items.map((item) => (item.kind === "tuple" && item.items[0]?.kind === "string" ? item.items[0].value : undefined))
  if (name?.kind !== "string" || names.includes(undefined)) return unknown("the fields of the named tuple are not known")
  return giveFields(
    declareClass(name.value, namedTupleType),
    (names as string[]).map((field) => ({ name: field })),
  )
}
Object.assign(namedTupleType, { construct: functionalNamedTuple })

const typedDictionary = declareClass("typing.TypedDict", knownType("dict"))

const notKept = define("typing.get_origin", "tp", (_, { tp }) => {
  if (tp.kind === "instance") return tp.attributes.get("__origin__") ?? NONE
  if (tp.kind === "tuple") return form("Union")
  return tp.kind === "class" ? unknown("what a class was subscripted with is not kept") : NONE
})

const argumentsOf = define("typing.get_args", "tp", (_, { tp }) => {
  if (tp.kind === "instance") return tp.attributes.get("__args__") ?? tuple([])
  if (tp.kind === "tuple") return tuple(tp.items)
  return tp.kind === "class" ? unknown("what a class was subscripted with is not kept") : tuple([])
})

const same = (name: string) => define(`typing.${name}`, "value", (_, { value }) => value)

export const typing = (): Members =>
  library(
    "typing",
    [
      ...["TypeVar", "ParamSpec", "TypeVarTuple"].map(variable),
      ...["overload", "final", "no_type_check", "runtime_checkable", "runtime", "override", "assert_type", "reveal_type"].map(same),
      define("typing.cast", "typ, val", (_, { val }) => val),
      define("typing.NewType", "name, tp", (_, { tp }) => tp),
      define(
        "typing.get_type_hints",
        "obj",
        (interpreter, { obj }) => interpreter.findAttribute(obj, "__annotations__") ?? unknown("the annotations are not known"),
      ),
      define("typing.dataclass_transform", "", () => define("decorator", "cls", (_, { cls }) => cls)),
      define("typing.assert_never", "arg", (_, { arg }) => (isNone(arg) ? NONE : unknown("this is never reached"))),
      notKept,
      argumentsOf,
    ],
    [
      ["TYPE_CHECKING", FALSE],
      ...FORMS.map((name) => [name, form(name)] as const),
      ...Object.entries(ALIASES).map(([name, type]) => [name, abstractTypes.get(type) ?? knownType(type)] as const),
      ...ABSTRACT.map((name) => [name, abstractTypes.get(`collections.abc.${name}`) ?? objectType] as const),
      ["Generic", generic],
      ["Protocol", protocol],
      ["NamedTuple", namedTuple],
      ["TypedDict", typedDictionary],
    ],
  )
