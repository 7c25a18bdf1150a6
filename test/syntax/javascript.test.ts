// How JavaScript and TypeScript look in the tree that Python shares.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, test } from "node:test"
import { parse } from "../../src/syntax/parse.ts"
import { sourceFile } from "../../src/text/source.ts"
import { bare, covered, expression as any, read, statements as all } from "./bare.ts"

const expression = (text: string) => any(text, "typescript")
const statements = (text: string) => all(text, "typescript")
const name = (text: string) => ({ kind: "name", name: text })
const number = (value: number) => ({ kind: "number", value, isFloat: false })
const string = (value: string) => ({ kind: "string", value })
const attribute = (object: unknown, key: string) => ({ kind: "attribute", object, name: key })
const argument = (value: unknown) => ({ kind: "argument", value })
const UNDEFINED = { kind: "constant", value: "undefined" }

describe("expressions", () => {
  test("calls, new, and optional chains", () => {
    assert.deepEqual(expression("new tf.Layer(...xs)"), {
      kind: "call",
      callee: attribute(name("tf"), "Layer"),
      arguments: [{ ...argument(name("xs")), spread: "sequence" }],
      isNew: true,
    })
    const chain = { kind: "subscript", object: { ...attribute(name("a"), "b"), isOptional: true }, index: number(0) }
    assert.deepEqual(expression("a?.b[0]"), chain)
  })

  test("types vanish from expressions", () => {
    assert.deepEqual(expression("(<any>(x as T)!) satisfies U"), name("x"))
  })

  test("objects have string keys, holes are undefined", () => {
    assert.deepEqual(
      expression("({a, 'b': 1, [c]: 2, ...d, get e() { return 1 }}).f"),
      attribute(
        {
          kind: "dictionary",
          isObject: true,
          entries: [
            { kind: "entry", key: string("a"), value: name("a") },
            { kind: "entry", key: string("b"), value: number(1) },
            { kind: "entry", key: name("c"), value: number(2) },
            { kind: "spread", value: name("d") },
            {
              kind: "entry",
              key: string("e"),
              accessor: "get",
              value: {
                kind: "functionExpression",
                function: {
                  kind: "function",
                  name: "e",
                  parameters: [],
                  body: [{ kind: "return", value: number(1) }],
                  decorators: [],
                  isAsync: false,
                  isGenerator: false,
                  isArrow: false,
                },
              },
            },
          ],
        },
        "f",
      ),
    )
    assert.deepEqual(expression("[1,,2]"), { kind: "list", elements: [number(1), UNDEFINED, number(2)] })
  })

  test("templates, tagged ones as calls", () => {
    const template = { kind: "template", parts: ["a", { kind: "field", value: name("b") }, "c"] }
    assert.deepEqual(expression("`a${b}c`"), template)
    assert.deepEqual(expression("t`a${b}c`"), { kind: "call", callee: name("t"), arguments: [argument(template)] })
  })

  test("logic, comparison, assignment and sequence", () => {
    assert.deepEqual(expression("a && b"), { kind: "logical", operator: "and", left: name("a"), right: name("b") })
    assert.deepEqual(expression("a === b"), { kind: "compare", operands: [name("a"), name("b")], operators: ["==="] })
    assert.deepEqual(expression("a ||= b"), { kind: "assignExpression", target: name("a"), value: name("b"), operator: "or" })
    assert.deepEqual(expression("a >>>= b"), { kind: "assignExpression", target: name("a"), value: name("b"), operator: ">>>" })
    assert.deepEqual(expression("a, b, c"), { kind: "sequence", expressions: [name("a"), name("b"), name("c")] })
    assert.deepEqual(expression("!a"), { kind: "unary", operator: "not", operand: name("a") })
    assert.deepEqual(expression("--i"), { kind: "update", target: name("i"), operator: "-", isPrefix: true })
  })

  test("elements of JSX are Broken around the expressions they hold", () => {
    const [statement] = parse(sourceFile("a.jsx", "javascript", "x = <div a={f(1)}>text {y}</div>")).body
    const children = [{ kind: "call", callee: name("f"), arguments: [argument(number(1))] }, name("y")]
    assert.deepEqual(bare(statement), {
      kind: "expression",
      expression: { kind: "assignExpression", target: name("x"), value: { kind: "broken", children } },
    })
  })
})

describe("statements", () => {
  test("one declaration per declarator, with destructuring and defaults", () => {
    const pattern = {
      kind: "dictionary",
      isObject: true,
      entries: [
        { kind: "entry", key: string("a"), value: { kind: "defaultTarget", target: name("a"), default: number(1) } },
        { kind: "entry", key: string("b"), value: { kind: "list", elements: [name("c"), { kind: "starred", value: name("d") }] } },
        { kind: "spread", value: name("e") },
      ],
    }
    assert.deepEqual(statements("const {a = 1, b: [c, ...d], ...e}: T = f, g = 2"), [
      {
        kind: "block",
        isScopeless: true,
        body: [
          { kind: "declare", binding: "const", target: pattern, value: name("f") },
          { kind: "declare", binding: "const", target: name("g"), value: number(2) },
        ],
      },
    ])
  })

  test("loops", () => {
    assert.deepEqual(statements("outer: for (const x of xs) continue outer\nfor (k in o);\ndo a(); while (b)"), [
      {
        kind: "for",
        target: name("x"),
        iterable: name("xs"),
        body: [{ kind: "continue", label: "outer" }],
        otherwise: [],
        isAsync: false,
        over: "values",
        binding: "const",
        label: "outer",
      },
      { kind: "for", target: name("k"), iterable: name("o"), body: [], otherwise: [], isAsync: false, over: "keys" },
      {
        kind: "while",
        test: name("b"),
        body: [{ kind: "expression", expression: { kind: "call", callee: name("a"), arguments: [] } }],
        otherwise: [],
        isPostTest: true,
      },
    ])
  })

  test("imports and exports", () => {
    assert.deepEqual(
      statements(
        "import d, {a as b, type T} from 'm'\nimport * as tf from 'tf'\nimport type U from 'u'\nexport {x as y}\nexport * from 'z'\nexport default 1",
      ),
      [
        {
          kind: "importFrom",
          module: "m",
          level: 0,
          names: [
            { name: "default", alias: "d" },
            { name: "a", alias: "b" },
          ],
        },
        { kind: "importFrom", module: "tf", level: 0, names: [{ name: "*", alias: "tf" }] },
        { kind: "importFrom", module: "u", level: 0, names: [{ name: "default", alias: "U" }], isTypeOnly: true },
        { kind: "export", names: [{ name: "x", alias: "y" }] },
        { kind: "export", names: [{ name: "*" }], module: "z" },
        { kind: "export", value: number(1), names: [], isDefault: true },
      ],
    )
  })

  test("what is only type leaves nothing behind", () => {
    assert.deepEqual(
      statements(
        "interface I { a: number }\ntype T = I\ndeclare const x: T\ndeclare module 'm' {}\nfunction f(a: string): void\nabstract class A { abstract g(): void }",
      ),
      [{ kind: "classDeclaration", class: { kind: "class", name: "A", bases: [], decorators: [], body: [] } }],
    )
  })

  test("an enum is a constant object", () => {
    const entry = (key: string, value: number) => ({ kind: "entry", key: string(key), value: number_(value) })
    const number_ = number
    assert.deepEqual(statements("enum E { A, B = 5, C }"), [
      {
        kind: "declare",
        binding: "const",
        target: name("E"),
        value: { kind: "dictionary", isObject: true, entries: [entry("A", 0), entry("B", 5), entry("C", 6)] },
      },
    ])
  })
})

describe("classes", () => {
  test("fields, methods, accessors, and parameters that are fields", () => {
    const text =
      "class A extends B { static n: number = 1; #w; constructor(private size: number) { super(); } get w(): tf.Tensor<R> { return 1 } static make() {} }"
    const [declaration] = read(text, "typescript").body
    assert.ok(declaration?.kind === "classDeclaration")
    const [field, hidden, constructor, getter, maker] = declaration.class.body
    assert.deepEqual(bare(field), {
      kind: "annotatedAssign",
      target: name("n"),
      annotation: name("number"),
      value: number(1),
      isStatic: true,
    })
    assert.deepEqual(bare(hidden), { kind: "assign", targets: [name("#w")], value: UNDEFINED })
    assert.ok(
      constructor?.kind === "functionDeclaration" && getter?.kind === "functionDeclaration" && maker?.kind === "functionDeclaration",
    )
    assert.deepEqual(bare(constructor.function.body[1]), {
      kind: "assign",
      targets: [attribute(name("this"), "size")],
      value: name("size"),
    })
    assert.deepEqual(
      [constructor, getter, maker].map(({ function: { name, method } }) => [name, method?.form, method?.isStatic]),
      [
        ["constructor", "constructor", false],
        ["w", "get", false],
        ["make", "method", true],
      ],
    )
    assert.deepEqual(bare(getter.function.returns), { kind: "subscript", object: attribute(name("tf"), "Tensor"), index: name("R") })
    assert.deepEqual(bare(declaration.class.bases), [argument(name("B"))])
  })
})

test("comments are told from what looks like one", () => {
  const text = "// one\nconst a = '// no', b = `/* no ${c /* two */}`, d = /\\/\\//; /* three */"
  assert.deepEqual(
    read(text, "typescript").comments.map((comment) => [comment.text, covered(text, comment), comment.isTrailing]),
    [
      [" one", "// one", false],
      [" two ", "/* two */", true],
      [" three ", "/* three */", true],
    ],
  )
})

test("the examples read without complaint", () => {
  for (const [file, language] of [
    ["sequential_tfjs.js", "javascript"],
    ["functional_tfjs.ts", "typescript"],
  ] as const) {
    const source = readFileSync(new URL(`../../media/examples/${file}`, import.meta.url), "utf8")
    assert.deepEqual(parse(sourceFile(file, language, source)).problems, [])
  }
})
