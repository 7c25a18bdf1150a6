/** Python's `os`, `os.path`, `sys` and `pathlib`: the machine, of which nobody knows much before the program runs. */
import { symbol } from "../../../values/dim.ts"
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  boolean,
  FALSE,
  integer,
  isNone,
  list,
  NONE,
  string,
  TRUE,
  type TupleValue,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { define, method } from "../arguments.ts"
import { declareClass, LIBRARY_PLACE } from "../declared.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { library, type Members, moduleValue, outside, silent } from "./module.ts"

/** A variable of the environment: its default, as on a machine where nobody set it; without one it is unknown. */
const variable = (name: Value, otherwise: Value | undefined): Value =>
  otherwise && !isNone(otherwise) ? otherwise : unknown(`the environment variable ${textOf(name) ?? ""} is not known`)

const environmentClass = declareClass("os._Environ", objectType, [
  method("os._Environ.get", "self, key, default?", (_, given) => variable(given.key, given.default)),
  method("os._Environ.setdefault", "self, key, default?", (_, given) => variable(given.key, given.default)),
  method("os._Environ.__getitem__", "self, key", (_, { key }) => variable(key, undefined)),
  method("os._Environ.__contains__", "self, key", () => FALSE),
  ...["__setitem__", "__delitem__", "update", "pop"].map((name) => method(`os._Environ.${name}`, "self", () => NONE)),
])

/** A function of known texts. */
const ofTexts = (name: string, compute: (...texts: string[]) => Value) =>
  define(`os.path.${name}`, "", (_, __, { positional }) => {
    const texts = positional.map(textOf)
    return texts.includes(undefined) ? { ...unknown("the path is not known"), type: "string" } : compute(...(texts as string[]))
  })

const joinPaths = (...parts: string[]): string =>
  parts.reduce((path, part) => (part.startsWith("/") || path === "" ? part : path.endsWith("/") ? path + part : `${path}/${part}`))

function splitExtension(path: string): [string, string] {
  const name = path.slice(path.lastIndexOf("/") + 1)
  const dot = name.replace(/^\.+/, (dots) => "_".repeat(dots.length)).lastIndexOf(".")
  const at = path.length - name.length + dot
  return dot < 0 ? [path, ""] : [path.slice(0, at), path.slice(at)]
}

const directoryOf = (path: string): string => {
  const head = path.slice(0, path.lastIndexOf("/") + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, "")
}
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

const FILES = "it depends on the files of the machine"

export const paths = (): Members =>
  library(
    "os.path",
    [
      ofTexts("join", (...parts) => string(joinPaths(...parts))),
      ofTexts("basename", (path) => string(nameOf(path))),
      ofTexts("dirname", (path) => string(directoryOf(path))),
      ofTexts("split", (path) => tuple([string(directoryOf(path)), string(nameOf(path))])),
      ofTexts("splitext", (path) => tuple(splitExtension(path).map(string))),
      ofTexts("isabs", (path) => boolean(path.startsWith("/"))),
      ...outside(
        FILES,
        ..."exists isfile isdir abspath realpath expanduser expandvars getsize getmtime relpath normpath"
          .split(" ")
          .map((name) => `os.path.${name}`),
      ),
    ],
    [
      ["sep", string("/")],
      ["pardir", string("..")],
    ],
  )

export const operatingSystem = (): Members =>
  library(
    "os",
    [
      define("os.getenv", "key, default?", (_, given) => variable(given.key, given.default)),
      define("os.fspath", "path", (_, { path }) => path),
      ...silent(
        ..."makedirs mkdir remove rename replace chdir rmdir unlink removedirs putenv unsetenv".split(" ").map((name) => `os.${name}`),
      ),
      ...outside(FILES, ..."listdir walk scandir getcwd stat access".split(" ").map((name) => `os.${name}`)),
      ...outside(
        "it depends on the machine",
        ..."cpu_count getpid getppid uname sched_getaffinity urandom getlogin system popen".split(" ").map((name) => `os.${name}`),
      ),
    ],
    [
      ["environ", { kind: "instance", class: environmentClass, attributes: new Map(), place: LIBRARY_PLACE, id: 0 }],
      ["path", moduleValue("os.path", paths())],
      ["sep", string("/")],
      ["linesep", string("\n")],
      ["name", { ...unknown("it depends on the machine"), type: "string" }],
      ["PathLike", declareClass("os.PathLike", objectType)],
    ],
  )

/** Any Python 3.9 or newer, so that comparisons with older versions are decided and all others are not. */
function version(): TupleValue {
  const minor = integer(symbol("minor", { lower: 9, reason: "the version of Python is not known" }))
  const rest = unknown("the version of Python is not known")
  return {
    kind: "tuple",
    items: [integer(3), minor, rest, string("final"), integer(0)],
    names: ["major", "minor", "micro", "releaselevel", "serial"],
  }
}

/** Where output goes: everything written is forgotten. */
const streamClass = declareClass(
  "io.TextIOWrapper",
  objectType,
  ["write", "flush", "writelines", "close"].map((name) => method(`io.TextIOWrapper.${name}`, "self", () => NONE)),
)
const stream = (): Value => ({ kind: "instance", class: streamClass, attributes: new Map(), place: LIBRARY_PLACE, id: 0 })

const moduleNamed = (interpreter: Interpreter, name: Value | undefined): Value | undefined =>
  name?.kind === "string" ? interpreter.loadedModule(name.value) : undefined

/** `sys.modules`: what was imported so far, by dotted name. */
const moduleTable = declareClass("sys.modules", objectType, [
  method(
    "sys.modules.__getitem__",
    "self, name",
    (interpreter, given) =>
      moduleNamed(interpreter, given.name) ?? unknown("whether that module is loaded is not known", interpreter.place),
  ),
  method(
    "sys.modules.get",
    "self, name, default?",
    (interpreter, given) =>
      moduleNamed(interpreter, given.name) ?? unknown("whether that module is loaded is not known", interpreter.place),
  ),
  method("sys.modules.__contains__", "self, name", (interpreter, given) =>
    moduleNamed(interpreter, given.name) ? TRUE : unknown("whether that module is loaded is not known", interpreter.place),
  ),
])

export const system = (): Members =>
  library(
    "sys",
    [
      define("sys.exit", "status?", (interpreter) => interpreter.raise("SystemExit", "")),
      ...silent(..."setrecursionlimit settrace setprofile".split(" ").map((name) => `sys.${name}`)),
      define("sys.getrecursionlimit", "", () => integer(1000)),
      define("sys.intern", "string", (_, given) => given.string),
      ...outside("it depends on the machine", ..."getsizeof getrefcount exc_info _getframe".split(" ").map((name) => `sys.${name}`)),
    ],
    [
      ["version_info", version()],
      ["maxsize", integer(2n ** 63n - 1n)],
      ["byteorder", string("little")],
      ["path", list()],
      ["argv", unknown("it is given when the program starts")],
      ["platform", { ...unknown("it depends on the machine"), type: "string" }],
      ["version", { ...unknown("the version of Python is not known"), type: "string" }],
      ["modules", { kind: "instance", class: moduleTable, attributes: new Map(), place: LIBRARY_PLACE, id: 0 }],
      ["stdout", stream()],
      ["stderr", stream()],
      ["stdin", unknown("it is typed in when the program runs")],
      ["float_info", unknown("sys.float_info is not evaluated")],
    ],
  )
