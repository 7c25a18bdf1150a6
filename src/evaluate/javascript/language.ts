/** JavaScript's and TypeScript's answers to what the shared evaluator asks: property access, operators, imports, arguments. */
import type * as Tree from "../../syntax/tree.ts"
import * as V from "../../values/value.ts"
import { positional } from "../calls.ts"
import type { Evaluation } from "../evaluation.ts"
import { evaluate } from "../expressions.ts"
import type { Language } from "../language.ts"
import { type Scope, scopeOf } from "../scope.ts"
import { assign } from "../targets.ts"
import {
  javascriptAttribute,
  javascriptDeleteIndex,
  javascriptIndex,
  javascriptIterate,
  javascriptKeys,
  javascriptSetAttribute,
  javascriptSetIndex,
} from "./access.ts"
import { javascriptGlobal } from "./globals.ts"
import { importJavaScript } from "./imports.ts"
import { javascriptBinary, javascriptCompare, javascriptEquals, javascriptTruth, javascriptUnary } from "./operators.ts"
import { textOf } from "./text.ts"

export const javascriptLanguage: Language = {
  name: "javascript",
  selfIsParameter: false,
  hoists: true,
  nothing: V.UNDEFINED,
  truth: (evaluation, value) => (value.kind === "tensor" || value.kind === "instance" ? true : javascriptTruth(evaluation, value)),
  binary: javascriptBinary,
  unary: javascriptUnary,
  compare: javascriptCompare,
  equals: javascriptEquals,
  attribute: javascriptAttribute,
  setAttribute: javascriptSetAttribute,
  index,
  setIndex: (evaluation, object, at, value) =>
    object.kind === "instance" && at.kind === "string"
      ? evaluation.setAttribute(object, at.value, value)
      : javascriptSetIndex(evaluation, object, at, value),
  deleteIndex: javascriptDeleteIndex,
  iterate,
  keys: javascriptKeys,
  text: (_, value) => textOf(value),
  global: (evaluation, name) => javascriptGlobal(evaluation, name),
  specialCall,
  missingAttribute: (_, object, message, place) =>
    object.kind === "tensor" || object.kind === "module" ? V.unknown(message, place) : V.UNDEFINED,
  missingElement: () => V.UNDEFINED,
  // What stands in a class body is the class's own.
  assignmentScope: (scope, name) => (scope.kind === "class" ? scope : (scopeOf(scope, name) ?? scope.module.scope)),
  bind,
  isInstanceField: (statement) => (statement.kind === "assign" || statement.kind === "annotatedAssign") && !statement.isStatic,
  classMember,
  finishClass: (_, made) => made,
  importModule: importJavaScript,
  importMember: (evaluation, module, name) =>
    module.kind === "unknown"
      ? module
      : (evaluation.findAttribute(module, name) ?? V.unknown(`it exports no \`${name}\``, evaluation.place)),
  exception: (evaluation, type, message) => {
    const error = javascriptGlobal(evaluation, type) ?? javascriptGlobal(evaluation, "Error")
    return error ? evaluation.call(error, positional(V.string(message)), evaluation.place) : V.unknown(message)
  },
  catches: (_, type, value) => (type.kind === "class" && value.kind === "instance" ? value.class.mro.includes(type) : undefined),
}

function index(evaluation: Evaluation, object: V.Value, at: V.Value): V.Value {
  const isNamed = object.kind === "instance" || object.kind === "module" || object.kind === "class"
  if (isNamed && at.kind === "string") return evaluation.findAttribute(object, at.value) ?? V.UNDEFINED
  return javascriptIndex(evaluation, object, at)
}

function iterate(evaluation: Evaluation, value: V.Value): readonly V.Value[] | V.UnknownValue {
  return javascriptIterate(evaluation, value)
}

/** `super(…)`, `super.method(…)` read the name `super`; `require("…")` is an import. */
function specialCall(evaluation: Evaluation, node: Tree.Call, scope: Scope): V.Value | undefined {
  const { callee } = node
  if (callee.kind === "name" && callee.name === "super") {
    const after = scope.definingClass?.current
    if (!after || !scope.self) return undefined
    const { positional: values } = spread(evaluation, node, scope)
    return evaluation.call({ kind: "super", after, self: scope.self }, positional(...values), { file: scope.module.file, span: node.span })
  }
  if (callee.kind === "attribute" && callee.object.kind === "name" && callee.object.name === "super")
    return superMethod(evaluation, node, callee, scope)
  const named = node.arguments[0]?.value
  if (callee.kind !== "name" || callee.name !== "require" || named?.kind !== "string") return undefined
  return importJavaScript(evaluation, scope, named.value)
}

function superMethod(evaluation: Evaluation, node: Tree.Call, callee: Tree.Attribute, scope: Scope): V.Value | undefined {
  const after = scope.definingClass?.current
  if (!after || !scope.self) return undefined
  const method = evaluation.findAttribute({ kind: "super", after, self: scope.self }, callee.name)
  if (!method) return V.unknown(`the parent class has no \`${callee.name}\``, { file: scope.module.file, span: node.span })
  return evaluation.call(method, spread(evaluation, node, scope), { file: scope.module.file, span: node.span })
}

function spread(evaluation: Evaluation, node: Tree.Call, scope: Scope): V.CallArguments {
  const values: V.Value[] = []
  for (const argument of node.arguments) {
    const value = evaluate(evaluation, argument.value, scope)
    const items = argument.spread ? iterate(evaluation, value) : [value]
    values.push(...(Array.isArray(items) ? (items as V.Value[]) : [items as V.UnknownValue]))
  }
  return positional(...values)
}

/** Missing arguments are undefined, surplus ones are dropped, parameters may be patterns with defaults. */
function bind(evaluation: Evaluation, _: V.FunctionValue, node: Tree.FunctionBody, call: V.CallArguments, scope: Scope): void {
  node.parameters.forEach((parameter, position) => {
    const given =
      parameter.form === "rest" ? V.list(call.positional.slice(position)) : (call.positional[position] ?? call.rest ?? V.UNDEFINED)
    const isMissing = given.kind === "constant" && given.name === "undefined"
    const value = isMissing && parameter.default ? evaluate(evaluation, parameter.default, scope) : given
    assign(evaluation, parameter.target, value, scope, scope)
  })
  if (!node.isArrow) scope.variables.set("arguments", V.list([...call.positional]))
}

/** Accessors become properties; a getter and a setter of one name share one. */
function classMember(scope: Scope, name: string, definition: Tree.FunctionBody, made: V.Value): V.Value {
  if (scope.kind !== "class" || !definition.method) return made
  const { form, isStatic } = definition.method
  if (isStatic) return { kind: "property", form: "classmethod", get: made }
  if (form !== "get" && form !== "set") return made
  const earlier = scope.variables.get(name)
  const before = earlier?.kind === "property" ? earlier : { kind: "property" as const, form: "property" as const }
  return { ...before, [form]: made }
}
