/** Python's standard library by module name. */
import { NONE, native, unknown, type Value } from "../../../values/value.ts"
import { define } from "../arguments.ts"
import { textOf } from "../methods/receivers.ts"
import { argumentParsing } from "./argparse.ts"
import { abstractCollections, collections, numbers } from "./collections.ts"
import { contexts } from "./contextlib.ts"
import { contextVariables } from "./contextvars.ts"
import { copying } from "./copy.ts"
import { dataclasses } from "./dataclasses.ts"
import { enumerations } from "./enumeration.ts"
import { functionTools } from "./functools.ts"
import { inspection } from "./inspect.ts"
import { iterators } from "./itertools.ts"
import { logging, warnings } from "./logging.ts"
import { mathematics } from "./math.ts"
import { library, type Members, outside, silent } from "./module.ts"
import { numpy } from "./numpy.ts"
import { operators } from "./operator.ts"
import { progress } from "./progress.ts"
import { regularExpressions } from "./regular.ts"
import { operatingSystem, paths, system } from "./system.ts"
import { abstractBases, bisection, json, texts, typesModule } from "./types.ts"
import { typing } from "./typing.ts"

const random = (): Members =>
  library("random", [...silent("random.seed"), ...outside("it is random", ...RANDOM.map((name) => `random.${name}`))])
const RANDOM = "random randint uniform choice choices sample shuffle randrange gauss normalvariate getrandbits betavariate".split(" ")

const time = (): Members =>
  library("time", [
    ...silent("time.sleep"),
    ...outside(
      "it depends on when the program runs",
      ..."time perf_counter monotonic process_time strftime localtime gmtime ctime perf_counter_ns time_ns"
        .split(" ")
        .map((name) => `time.${name}`),
    ),
  ])

const garbage = (): Members => library("gc", silent("gc.collect", "gc.disable", "gc.enable"))
const atExit = (): Members => library("atexit", [native("atexit.register", (_, { positional: [callback = NONE] }) => callback)])

/** `importlib.import_module(".resnet", "package")` */
const importing = (): Members =>
  library("importlib", [
    define("importlib.import_module", "name, package?", (interpreter, given) => {
      const [name, home] = [textOf(given.name), given.package ? textOf(given.package) : undefined]
      const dots = /^\.*/.exec(name ?? "")?.[0].length ?? 0
      if (name === undefined || (dots > 0 && home === undefined)) return unknown("a module is imported by a computed name")
      const base = home?.split(".") ?? []
      return interpreter.importModule(
        dots === 0 ? name : [...base.slice(0, base.length - dots + 1), name.slice(dots)].filter(Boolean).join("."),
      )
    }),
    ...silent("importlib.reload", "importlib.invalidate_caches"),
  ])

const EVALUATED: Record<string, () => Members> = {
  math: mathematics,
  itertools: iterators,
  functools: functionTools,
  collections,
  "collections.abc": abstractCollections,
  numbers,
  copy: copying,
  typing,
  typing_extensions: typing,
  dataclasses,
  enum: enumerations,
  types: typesModule,
  abc: abstractBases,
  operator: operators,
  re: regularExpressions,
  string: texts,
  bisect: bisection,
  json,
  contextlib: contexts,
  contextvars: contextVariables,
  inspect: inspection,
  logging,
  warnings,
  argparse: argumentParsing,
  importlib: importing,
  os: operatingSystem,
  "os.path": paths,
  posixpath: paths,
  sys: system,
  random,
  time,
  gc: garbage,
  atexit: atExit,
  numpy,
  tqdm: progress,
  "tqdm.auto": progress,
  "tqdm.notebook": progress,
  "tqdm.std": progress,
  "tqdm.autonotebook": progress,
}

/** Modules that model code imports without its shapes depending on them: every member is unknown, and says so. */
const NAMED_ONLY = [
  ..."__future__ array ast asyncio base64 builtins calendar cmath codecs colorsys concurrent.futures configparser copyreg csv ctypes datetime decimal difflib dis".split(
    " ",
  ),
  ..."errno fractions fnmatch getpass gettext glob gzip hashlib heapq html http importlib.metadata importlib.resources importlib.util io ipaddress keyword".split(
    " ",
  ),
  ..."linecache locale logging.handlers marshal mimetypes multiprocessing multiprocessing.pool netrc opcode optparse pathlib pickle pkgutil platform pprint".split(
    " ",
  ),
  ..."queue reprlib sched secrets select shelve shlex shutil signal site socket sqlite3 ssl stat statistics struct subprocess sysconfig tarfile tempfile textwrap".split(
    " ",
  ),
  ..."threading timeit tokenize traceback tracemalloc unicodedata unittest unittest.mock urllib urllib.parse urllib.request uuid weakref xml xml.etree.ElementTree".split(
    " ",
  ),
  ..."zipfile zipimport zlib concurrent distutils distutils.version".split(" "),
]

const modules = new Map<string, Members>()

/** The members of a module of the standard library; undefined for modules that are none. Each importer gets a map of its own. */
export function libraryModule(name: string): Map<string, Value> | undefined {
  const known = membersOf(name)
  return known && new Map(known)
}

/** What a module of the library has under a name. */
export const libraryMember = (module: string, name: string): Value | undefined => membersOf(module)?.get(name)

function membersOf(name: string): Members | undefined {
  const known = modules.get(name) ?? make(name)
  if (known) modules.set(name, known)
  return known
}

function make(name: string): Members | undefined {
  if (Object.hasOwn(EVALUATED, name)) return EVALUATED[name]?.()
  return NAMED_ONLY.includes(name) ? library(name, []) : undefined
}
