/** Python's `argparse`: a program is read as it runs without arguments, with its defaults. */
import type { Interpreter } from "../../../values/interpreter.ts"
import {
  type CallArguments,
  FALSE,
  type InstanceValue,
  isNone,
  list,
  NONE,
  string,
  TRUE,
  tuple,
  unknown,
  type Value,
} from "../../../values/value.ts"
import { method, positionals } from "../arguments.ts"
import { declareClass } from "../declared.ts"
import { textOf } from "../methods/receivers.ts"
import { objectType } from "../object.ts"
import { library, type Members } from "./module.ts"

const namespaceClass = declareClass("argparse.Namespace", objectType, [
  method("argparse.Namespace.__init__", "self", (interpreter, { self }, { keywords }) => {
    for (const [name, value] of keywords) interpreter.setAttribute(self, name, value)
    return NONE
  }),
])

/** What an argument is when it is not given, by its action. */
const ACTIONS: Record<string, Value> = { store_true: FALSE, store_false: TRUE, count: NONE, append: NONE, store_const: NONE }

/** The defaults stand in the parser's attributes until they are parsed. */
const DEFAULTS = "_defaults"

function defaultsOf(interpreter: Interpreter, parser: InstanceValue): Map<string, Value> {
  const held = parser.attributes.get(DEFAULTS)
  if (held?.kind === "module") return held.attributes
  const made: Value = { kind: "module", name: DEFAULTS, attributes: new Map() }
  interpreter.heap.touch(parser.attributes)
  parser.attributes.set(DEFAULTS, made)
  return made.attributes
}

function addArgument(interpreter: Interpreter, parser: InstanceValue, { positional, keywords }: CallArguments): void {
  const flags = positional.map(textOf).filter((flag): flag is string => flag !== undefined)
  const isOption = flags[0]?.startsWith("-") === true
  const long = flags.find((flag) => flag.startsWith("--")) ?? flags[0] ?? ""
  const name = textOf(keywords.get("dest")) ?? long.replace(/^-+/, "").replaceAll("-", "_")
  const action = textOf(keywords.get("action")) ?? "store"
  if (name === "" || action === "help" || action === "version") return
  const defaults = defaultsOf(interpreter, parser)
  interpreter.heap.touch(defaults)
  defaults.set(name, initialValue(interpreter, name, keywords, action, isOption))
}

function initialValue(
  interpreter: Interpreter,
  name: string,
  keywords: ReadonlyMap<string, Value>,
  action: string,
  isOption: boolean,
): Value {
  const given = keywords.get("default")
  const isRequired = keywords.get("required") === TRUE || (!isOption && !["?", "*"].includes(textOf(keywords.get("nargs")) ?? ""))
  if (isRequired) return { kind: "unknown", reason: `${name} is read from the command line`, symbol: name }
  if (given === undefined) return ACTIONS[action] ?? (!isOption && textOf(keywords.get("nargs")) === "*" ? list() : NONE)
  const type = keywords.get("type")
  return given.kind === "string" && type && !isNone(type) ? interpreter.call(type, positionals(given), interpreter.place) : given
}

function parsed(interpreter: Interpreter, self: Value): Value {
  const namespace = interpreter.instantiate(namespaceClass, interpreter.place)
  if (self.kind === "instance") for (const [name, value] of defaultsOf(interpreter, self)) namespace.attributes.set(name, value)
  return namespace
}

const groups = ["add_argument_group", "add_mutually_exclusive_group"].map((name) =>
  method(`argparse.ArgumentParser.${name}`, "self", (_, { self }) => self),
)

const parserClass = declareClass("argparse.ArgumentParser", objectType, [
  ...groups,
  method("argparse.ArgumentParser.__init__", "self", () => NONE),
  method("argparse.ArgumentParser.add_argument", "self", (interpreter, { self }, call) => {
    if (self.kind === "instance") addArgument(interpreter, self, { ...call, positional: call.positional.slice(1) })
    return NONE
  }),
  method("argparse.ArgumentParser.set_defaults", "self", (interpreter, { self }, { keywords }) => {
    if (self.kind !== "instance") return NONE
    const defaults = defaultsOf(interpreter, self)
    interpreter.heap.touch(defaults)
    for (const [name, value] of keywords) defaults.set(name, value)
    return NONE
  }),
  method("argparse.ArgumentParser.get_default", "self, dest", (interpreter, { self, dest }) =>
    self.kind === "instance" ? (defaultsOf(interpreter, self).get(textOf(dest) ?? "") ?? NONE) : NONE,
  ),
  method("argparse.ArgumentParser.parse_args", "self", (interpreter, { self }) => parsed(interpreter, self)),
  method("argparse.ArgumentParser.parse_known_args", "self", (interpreter, { self }) => tuple([parsed(interpreter, self), list()])),
  method("argparse.ArgumentParser.add_subparsers", "self", () => unknown("commands of the command line are not evaluated")),
  method("argparse.ArgumentParser.error", "self", (interpreter) => interpreter.raise("SystemExit", "2")),
  ...["print_help", "print_usage"].map((name) => method(`argparse.ArgumentParser.${name}`, "self", () => NONE)),
])

export const argumentParsing = (): Members =>
  library(
    "argparse",
    [],
    [
      ["ArgumentParser", parserClass],
      ["Namespace", namespaceClass],
      ["SUPPRESS", string("==SUPPRESS==")],
      ["REMAINDER", string("...")],
      ...[
        "ArgumentDefaultsHelpFormatter",
        "RawTextHelpFormatter",
        "RawDescriptionHelpFormatter",
        "HelpFormatter",
        "Action",
        "ArgumentTypeError",
      ].map((name) => [name, declareClass(`argparse.${name}`, objectType)] as const),
    ],
  )
