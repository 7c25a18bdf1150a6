/** Python's `logging` and `warnings`: what is said does not matter here. */
import { FALSE, integer, NONE, unknown, type Value } from "../../../values/value.ts"
import { define, method } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { objectType } from "../object.ts"
import { contextClass } from "./contextlib.ts"
import { library, type Members, silent } from "./module.ts"

const SPEAKING =
  "debug info warning warn error critical exception log setLevel addHandler removeHandler addFilter warning_once warning_advice info_once setFormatter".split(
    " ",
  )

const loggerClass = declareClass("logging.Logger", objectType, [
  method("logging.Logger.__init__", "self", () => NONE),
  ...SPEAKING.map((name) => method(`logging.Logger.${name}`, "self", () => NONE)),
  method("logging.Logger.isEnabledFor", "self, level", () => FALSE),
  method("logging.Logger.getEffectiveLevel", "self", () => integer(30)),
  method("logging.Logger.getChild", "self, suffix", (_, { self }) => self),
])
const handlerClass = declareClass("logging.Handler", loggerClass)

const LEVELS: Record<string, number> = { NOTSET: 0, DEBUG: 10, INFO: 20, WARN: 30, WARNING: 30, ERROR: 40, CRITICAL: 50, FATAL: 50 }

export const logging = (): Members =>
  library(
    "logging",
    [
      define("logging.getLogger", "name?", (interpreter, _, __, place) => interpreter.instantiate(loggerClass, place)),
      ...silent(...["basicConfig", "captureWarnings", "disable", "addLevelName", ...SPEAKING].map((name) => `logging.${name}`)),
    ],
    [
      ["Logger", loggerClass],
      ...["Handler", "StreamHandler", "FileHandler", "NullHandler", "Formatter", "Filter", "LoggerAdapter"].map(
        (name) => [name, handlerClass] as const,
      ),
      ...Object.entries(LEVELS).map(([name, level]) => [name, integer(level)] as const),
    ],
  )

export const warnings = (): Members =>
  library("warnings", [
    ...silent(...["warn", "filterwarnings", "simplefilter", "warn_explicit", "resetwarnings"].map((name) => `warnings.${name}`)),
    define("warnings.catch_warnings", "", (interpreter, _, __, place) => interpreter.instantiate(contextClass, place)),
    define("warnings.deprecated", "message", () => define("warnings.deprecated decorator", "wrapped", (_, { wrapped }): Value => wrapped)),
    define("warnings.formatwarning", "", () => unknown("the text of a warning is not evaluated")),
  ])
