/** The one small tree that Python, JavaScript and TypeScript are lowered to; every node carries its span. */

import type { Span } from "../text/source.ts"

export type { Span }

interface Base {
  span: Span
}

// biome-ignore format: a list reads better unbroken
export type Expression =
  | NumberLiteral | StringLiteral | Template | Constant | RegularExpression | Name | Attribute | Subscript | Slice | Call | Binary
  | Unary | Compare | Logical | Conditional | FunctionExpression | ClassExpression | List | Tuple | SetDisplay | Dictionary
  | Comprehension | Starred | Await | Yield | AssignExpression | UpdateExpression | SequenceExpression | DefaultTarget | Broken

export interface NumberLiteral extends Base {
  kind: "number"
  /** `bigint` when a whole number does not fit in 2^53. `1e3` and `1.` are floats in Python. */
  value: number | bigint
  isFloat: boolean
  isImaginary?: boolean
}
export interface StringLiteral extends Base {
  kind: "string"
  /** Decoded text; adjacent literals are already concatenated. */
  value: string
  isBytes?: boolean
}
/** f-string or template literal. Tagged templates become a call of the tag with one template argument. */
export interface Template extends Base {
  kind: "template"
  parts: (string | TemplateField)[]
}
export interface TemplateField extends Base {
  kind: "field"
  value: Expression
  conversion?: "r" | "s" | "a"
  /** What stands after the colon; may hold fields itself. */
  format?: Template
}
export interface Constant extends Base {
  kind: "constant"
  value: "None" | "True" | "False" | "Ellipsis" | "null" | "undefined" | "__debug__"
}
export interface RegularExpression extends Base {
  kind: "regularExpression"
  pattern: string
  flags: string
}
/** A name; JavaScript's `this`, `super`, `new.target` and `import.meta` are names of that text; Python's `super` is an ordinary name. */
export interface Name extends Base {
  kind: "name"
  name: string
}
export interface Attribute extends Base {
  kind: "attribute"
  object: Expression
  name: string
  nameSpan: Span
  /** `a?.b` */
  isOptional?: boolean
}
export interface Subscript extends Base {
  kind: "subscript"
  object: Expression
  /** `x[a, b]` has a tuple here. */
  index: Expression
  isOptional?: boolean
}
export interface Slice extends Base {
  kind: "slice"
  lower?: Expression
  upper?: Expression
  step?: Expression
}
export interface Call extends Base {
  kind: "call"
  callee: Expression
  arguments: Argument[]
  /** `new C()` */
  isNew?: boolean
  isOptional?: boolean
}
export interface Argument extends Base {
  kind: "argument"
  /** keyword argument's name */
  name?: string
  nameSpan?: Span
  value: Expression
  /** `*value` (or JavaScript `...value`) and `**value` */
  spread?: "sequence" | "mapping"
}
export interface Binary extends Base {
  kind: "binary"
  operator: BinaryOperator
  left: Expression
  right: Expression
}
export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**" | "@" | "&" | "|" | "^" | "<<" | ">>" | ">>>"
export interface Unary extends Base {
  kind: "unary"
  operator: "+" | "-" | "~" | "not" | "typeof" | "void" | "delete"
  operand: Expression
}
/** A chain: `a < b <= c` has operands [a, b, c] and operators ["<", "<="]. JavaScript's `===` and `!==` are kept apart from `==`. */
export interface Compare extends Base {
  kind: "compare"
  operands: Expression[]
  operators: CompareOperator[]
}
export type CompareOperator = "<" | "<=" | ">" | ">=" | "==" | "!=" | "===" | "!==" | "in" | "not in" | "is" | "is not" | "instanceof"
export interface Logical extends Base {
  kind: "logical"
  operator: "and" | "or" | "??"
  left: Expression
  right: Expression
}
export interface Conditional extends Base {
  kind: "conditional"
  test: Expression
  consequent: Expression
  alternate: Expression
}
/** Python's lambda, JavaScript's arrow function and function expression. */
export interface FunctionExpression extends Base {
  kind: "functionExpression"
  function: FunctionBody
}
export interface ClassExpression extends Base {
  kind: "classExpression"
  class: ClassBody
}
export interface List extends Base {
  kind: "list"
  /** JavaScript array holes are `undefined` constants. As a target: destructuring. */
  elements: Expression[]
}
export interface Tuple extends Base {
  kind: "tuple"
  elements: Expression[]
}
export interface SetDisplay extends Base {
  kind: "set"
  elements: Expression[]
}
/** Python dictionary display and JavaScript object literal; as a target: object destructuring. */
export interface Dictionary extends Base {
  kind: "dictionary"
  /** true for JavaScript objects, whose bare keys are strings. */
  isObject: boolean
  entries: DictionaryEntry[]
}
export type DictionaryEntry =
  | ({ kind: "entry"; key: Expression; value: Expression; accessor?: "get" | "set" } & Base)
  | ({ kind: "spread"; value: Expression } & Base)
export interface Comprehension extends Base {
  kind: "comprehension"
  result: "list" | "set" | "dictionary" | "generator"
  element: Expression
  /** key of a dictionary comprehension */
  key?: Expression
  clauses: ComprehensionClause[]
}
export interface ComprehensionClause extends Base {
  kind: "clause"
  target: Expression
  iterable: Expression
  conditions: Expression[]
  isAsync?: boolean
}
/** `*x` in displays, targets and subscripts; JavaScript `...x`. */
export interface Starred extends Base {
  kind: "starred"
  value: Expression
}
export interface Await extends Base {
  kind: "await"
  value: Expression
}
export interface Yield extends Base {
  kind: "yield"
  value?: Expression
  /** `yield from`, `yield*` */
  isDelegated: boolean
}
/** Walrus and JavaScript assignment expressions; `operator` for `+=` and friends, also `&&=` as "and", `||=` as "or", `??=`. */
export interface AssignExpression extends Base {
  kind: "assignExpression"
  target: Expression
  value: Expression
  operator?: BinaryOperator | "and" | "or" | "??"
}
/** `i++`, `--i` */
export interface UpdateExpression extends Base {
  kind: "update"
  target: Expression
  operator: "+" | "-"
  isPrefix: boolean
}
export interface SequenceExpression extends Base {
  kind: "sequence"
  expressions: Expression[]
}
/** `target = default` inside a JavaScript destructuring pattern. */
export interface DefaultTarget extends Base {
  kind: "defaultTarget"
  target: Expression
  default: Expression
}
/** What the parser could not read. `children` are the parts it could. */
export interface Broken extends Base {
  kind: "broken"
  children: Expression[]
}

export interface Parameter extends Base {
  kind: "parameter"
  /** a name, or a destructuring pattern in JavaScript */
  target: Expression
  default?: Expression
  annotation?: Expression
  form: "positionalOnly" | "ordinary" | "keywordOnly" | "rest" | "keywordRest"
}

/** What functions, methods, lambdas and arrow functions share. */
export interface FunctionBody extends Base {
  kind: "function"
  name?: string
  nameSpan?: Span
  parameters: Parameter[]
  /** A lambda's or arrow's expression body is one `return` statement. */
  body: Statement[]
  decorators: Expression[]
  returns?: Expression
  isAsync: boolean
  isGenerator: boolean
  /** Arrow functions and lambdas take `this` from outside. */
  isArrow: boolean
  /** inside a class */
  method?: { form: "method" | "get" | "set" | "constructor"; isStatic: boolean }
  documentation?: string
}

export interface ClassBody extends Base {
  kind: "class"
  name?: string
  nameSpan?: Span
  /** Bases and keywords (`metaclass=`); JavaScript `extends` is one argument. */
  bases: Argument[]
  decorators: Expression[]
  /** JavaScript methods are `functionDeclaration`s, fields are `annotatedAssign`/`assign` statements to a name; a static block is `block`. Static fields have `isStatic`. */
  body: Statement[]
  documentation?: string
}

// biome-ignore format: a list reads better unbroken
export type Statement =
  | ExpressionStatement | Assign | AugmentedAssign | AnnotatedAssign | Declare | Return | If | While | For | ForLoop | Try | With | Raise
  | Assert | Delete | ScopeDeclaration | Import | ImportFrom | Export | ClassDeclaration | FunctionDeclaration | Match | Switch | Jump
  | Pass | Block | TypeAlias | BrokenStatement

export interface ExpressionStatement extends Base {
  kind: "expression"
  expression: Expression
}
/** `a = b = value` has two targets. */
export interface Assign extends Base {
  kind: "assign"
  targets: Expression[]
  value: Expression
  isStatic?: boolean
}
export interface AugmentedAssign extends Base {
  kind: "augmentedAssign"
  operator: BinaryOperator
  target: Expression
  value: Expression
}
export interface AnnotatedAssign extends Base {
  kind: "annotatedAssign"
  target: Expression
  annotation: Expression
  value?: Expression
  isStatic?: boolean
}
/** JavaScript `var`, `let`, `const`, `using`: one statement per declarator (several stand in a `block` with `isScopeless`). */
export interface Declare extends Base {
  kind: "declare"
  binding: "var" | "let" | "const"
  target: Expression
  value?: Expression
}
export interface Return extends Base {
  kind: "return"
  value?: Expression
}
export interface If extends Base {
  kind: "if"
  test: Expression
  body: Statement[]
  otherwise: Statement[]
}
export interface While extends Base {
  kind: "while"
  test: Expression
  body: Statement[]
  otherwise: Statement[]
  /** `do … while` */
  isPostTest?: boolean
  label?: string
}
export interface For extends Base {
  kind: "for"
  target: Expression
  iterable: Expression
  body: Statement[]
  otherwise: Statement[]
  isAsync: boolean
  /** JavaScript: `of` iterates values, `in` iterates keys. Python is always "values". */
  over: "values" | "keys"
  binding?: "var" | "let" | "const"
  label?: string
}
/** `for (initial; test; update) body` */
export interface ForLoop extends Base {
  kind: "forLoop"
  initial?: Statement
  test?: Expression
  update?: Expression
  body: Statement[]
  label?: string
}
export interface Try extends Base {
  kind: "try"
  body: Statement[]
  handlers: Handler[]
  otherwise: Statement[]
  finally: Statement[]
}
export interface Handler extends Base {
  kind: "handler"
  /** none catches everything */
  type?: Expression
  /** a name, or in JavaScript a pattern */
  target?: Expression
  body: Statement[]
}
export interface With extends Base {
  kind: "with"
  items: { context: Expression; target?: Expression }[]
  body: Statement[]
  isAsync: boolean
}
/** `raise`, `throw` */
export interface Raise extends Base {
  kind: "raise"
  value?: Expression
  cause?: Expression
}
export interface Assert extends Base {
  kind: "assert"
  test: Expression
  message?: Expression
}
export interface Delete extends Base {
  kind: "delete"
  targets: Expression[]
}
/** `global a`, `nonlocal b` */
export interface ScopeDeclaration extends Base {
  kind: "scope"
  form: "global" | "nonlocal"
  names: string[]
}
/** Python `import a.b as c`. */
export interface Import extends Base {
  kind: "import"
  modules: { name: string; alias?: string; span: Span }[]
}
/** Python `from ..a import b as c` (level 2), JavaScript `import x, {y as z}, * as w from "m"`: names "default" and "*". */
export interface ImportFrom extends Base {
  kind: "importFrom"
  module: string
  level: number
  names: { name: string; alias?: string; span: Span }[]
  isTypeOnly?: boolean
}
/** JavaScript exports: a declaration, a list of local names, or re-exports from `module`. `export default e` exports name "default". */
export interface Export extends Base {
  kind: "export"
  declaration?: Statement
  /** value of `export default <expression>` */
  value?: Expression
  names: { name: string; alias?: string; span: Span }[]
  module?: string
  isDefault?: boolean
}
export interface ClassDeclaration extends Base {
  kind: "classDeclaration"
  class: ClassBody
}
export interface FunctionDeclaration extends Base {
  kind: "functionDeclaration"
  function: FunctionBody
}
export interface Match extends Base {
  kind: "match"
  subject: Expression
  cases: { pattern: Pattern; guard?: Expression; body: Statement[]; span: Span }[]
}
export type Pattern =
  | ({ kind: "valuePattern"; value: Expression } & Base)
  | ({ kind: "capturePattern"; name?: string; pattern?: Pattern } & Base)
  | ({ kind: "sequencePattern"; elements: Pattern[] } & Base)
  | ({ kind: "starPattern"; name?: string } & Base)
  | ({ kind: "mappingPattern"; entries: { key: Expression; value: Pattern }[]; rest?: string } & Base)
  | ({ kind: "classPattern"; class: Expression; positional: Pattern[]; keywords: { name: string; value: Pattern }[] } & Base)
  | ({ kind: "alternatives"; patterns: Pattern[] } & Base)
export interface Switch extends Base {
  kind: "switch"
  subject: Expression
  cases: { test?: Expression; body: Statement[]; span: Span }[]
  label?: string
}
export interface Jump extends Base {
  kind: "break" | "continue"
  label?: string
}
export interface Pass extends Base {
  kind: "pass"
}
export interface Block extends Base {
  kind: "block"
  body: Statement[]
  /** several declarators of one `let` share the surrounding scope */
  isScopeless?: boolean
  label?: string
  isStatic?: boolean
}
export interface TypeAlias extends Base {
  kind: "typeAlias"
  name: string
  value: Expression
}
/** A statement the parser could not read. Its children still evaluate. */
export interface BrokenStatement extends Base {
  kind: "brokenStatement"
  children: Expression[]
}

export interface Comment {
  /** without the marker (`#`, `//`, `/*`), untrimmed */
  text: string
  span: Span
  /** Code stands before it on its line. */
  isTrailing: boolean
}

export type Node =
  | Expression
  | Statement
  | Argument
  | Parameter
  | FunctionBody
  | ClassBody
  | Handler
  | Pattern
  | ComprehensionClause
  | TemplateField

export interface SyntaxProblem {
  message: string
  span: Span
}

/** A parsed file. */
export interface Tree {
  body: Statement[]
  comments: Comment[]
  problems: SyntaxProblem[]
  documentation?: string
}
