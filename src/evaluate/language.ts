/** What differs between Python and JavaScript; heap, control flow, calls and budget are shared. */
import type { Call, FunctionBody, Statement } from "../syntax/tree.ts"
import type { Place } from "../text/source.ts"
import type { Problem } from "../values/problem.ts"
import type { ClassValue, FunctionValue, ModuleValue, UnknownValue, Value, CallArguments } from "../values/value.ts"
import type { Evaluation } from "./evaluation.ts"
import type { Scope } from "./scope.ts"

export interface Language {
  readonly name: "python" | "javascript"
  truth(evaluation: Evaluation, value: Value): boolean | undefined
  binary(evaluation: Evaluation, operator: string, left: Value, right: Value): Value
  unary(evaluation: Evaluation, operator: string, operand: Value): Value
  compare(evaluation: Evaluation, operator: string, left: Value, right: Value): Value
  equals(evaluation: Evaluation, left: Value, right: Value): boolean | undefined
  /** Attributes of values that are neither instances, classes, modules, tensors nor unknown. */
  attribute(evaluation: Evaluation, object: Value, name: string): Value | undefined
  /** Whether an object literal's or dictionary's entry was set by attribute syntax; false when attributes cannot be set on it. */
  setAttribute(evaluation: Evaluation, object: Value, name: string, value: Value): boolean
  index(evaluation: Evaluation, object: Value, index: Value): Value
  setIndex(evaluation: Evaluation, object: Value, index: Value, value: Value): void
  deleteIndex(evaluation: Evaluation, object: Value, index: Value): void
  iterate(evaluation: Evaluation, value: Value): readonly Value[] | UnknownValue
  /** Text as an f-string or template literal puts it; undefined when not known. */
  text(evaluation: Evaluation, value: Value, format?: string, conversion?: string): string | undefined
  /** What a name means that no scope holds: builtins and globals. */
  global(evaluation: Evaluation, name: string, scope: Scope): Value | undefined
  /** Calls with a meaning of their own, such as Python's `super()`; undefined for ordinary ones. */
  specialCall(evaluation: Evaluation, node: Call, scope: Scope): Value | undefined
  /** What the language certainly refuses in a call that is about to be made, and in an attribute that was not found. */
  misusedCall?(evaluation: Evaluation, callee: Value, call: CallArguments): Problem | undefined
  misusedAttribute?(evaluation: Evaluation, object: Value, name: string): Problem | undefined
  /** What reading an attribute gives that certainly is not there: an exception, or undefined. */
  missingAttribute(evaluation: Evaluation, object: Value, message: string, place: Place): Value
  /** What a target gets when there are fewer elements than targets. */
  missingElement(evaluation: Evaluation, count: number): Value
  /** The scope that a plain assignment to a name writes to. */
  assignmentScope(scope: Scope, name: string): Scope
  /** What a function gives whose source is not run, because it reads files or the network; undefined for others. */
  replaced?(evaluation: Evaluation, qualifiedName: string, call: CallArguments): Value | undefined
  /** Puts a call's arguments into the callee's scope. */
  bind(evaluation: Evaluation, callee: FunctionValue, node: FunctionBody, call: CallArguments, scope: Scope): void
  /** Python's methods take the object as their first parameter; JavaScript's find it as `this`. */
  readonly selfIsParameter: boolean
  /** what a function without `return` gives: None or undefined */
  readonly nothing: Value
  /** Statements of a class body that run for every object rather than once: JavaScript's instance fields. */
  isInstanceField(statement: Statement): boolean
  /** Functions can be called before they stand, and blocks have scopes of their own. */
  readonly hoists: boolean
  /** What `for … in` gives in JavaScript. */
  keys(evaluation: Evaluation, value: Value): readonly Value[] | UnknownValue
  /** What a function that stands in a class body is bound as: itself, an accessor, a class method. */
  classMember(scope: Scope, name: string, definition: FunctionBody, made: Value): Value
  /** Called when a class body has run: makes enum members, named tuples and the like; answers the class to bind. */
  finishClass(evaluation: Evaluation, made: ClassValue, keywords: ReadonlyMap<string, Value>): Value
  /** Loads what an import names. */
  importModule(evaluation: Evaluation, scope: Scope, name: string, level: number): Value
  importMember(evaluation: Evaluation, module: Value, name: string): Value
  /** What a module that loads lazily says it holds under a name. */
  declaredMember?(evaluation: Evaluation, module: ModuleValue, name: string): Value | undefined
  exception(evaluation: Evaluation, type: string, message: string): Value
  /** Whether an `except` type takes an exception; undefined when not known. */
  catches(evaluation: Evaluation, type: Value, exception: Value): boolean | undefined
}
