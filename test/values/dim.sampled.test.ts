/** The laws of sizes: rewriting keeps the value, and nothing is proven that some number contradicts. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import * as D from "../../src/values/dim.ts"
import { tries } from "../sampling.ts"

const seeded = { seed: 20261123, numRuns: tries(4000, 5) }

/** A formula as it is written, beside what it becomes: evaluated in plain numbers and as a symbolic size. */
interface Formula {
  readonly text: string
  readonly size: D.Dim
  /** undefined when a divisor is 0 */
  readonly value: (point: readonly number[]) => number | undefined
}

const BOUNDS = [{ lower: 1 }, { lower: 1 }, { lower: 1, multipleOf: 8 }, { lower: -3, upper: 9 }, {}] as const
const SYMBOLS = BOUNDS.map((bounds, index) => D.symbol("NHCwx"[index] as string, bounds))
const ids = SYMBOLS.map((size) => D.symbolsOf(size)[0]?.id)

const points = fc.tuple(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: 1, max: 9 }).map((n) => n * 8),
  fc.integer({ min: -3, max: 9 }),
  fc.integer({ min: -50, max: 50 }),
)

const floor = (a: number, b: number) => Math.floor(a / b) + 0
type Operation = readonly [string, (a: D.Dim, b: D.Dim) => D.Dim, (a: number, b: number) => number | undefined]
const OPERATIONS: readonly Operation[] = [
  ["+", D.add, (a, b) => a + b],
  ["-", D.subtract, (a, b) => a - b],
  ["*", D.multiply, (a, b) => a * b + 0],
  ["//", D.floorDivide, (a, b) => (b === 0 ? undefined : floor(a, b))],
  ["%", D.modulo, (a, b) => (b === 0 ? undefined : a - floor(a, b) * b)],
  ["ceil", D.ceilDivide, (a, b) => (b === 0 ? undefined : -floor(-a, b) + 0)],
  ["min", D.minimum, Math.min],
  ["max", D.maximum, Math.max],
]

const leaf: fc.Arbitrary<Formula> = fc.oneof(
  { arbitrary: fc.integer({ min: -9, max: 9 }).map((n) => ({ text: String(n), size: n, value: () => n })), weight: 2 },
  {
    arbitrary: fc
      .integer({ min: 0, max: 4 })
      .map((n) => ({ text: "NHCwx"[n] as string, size: SYMBOLS[n] as D.Dim, value: (point: readonly number[]) => point[n] })),
    weight: 3,
  },
)

const formula: fc.Arbitrary<Formula> = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    leaf,
    fc.tuple(fc.constantFrom(...OPERATIONS), tie("formula"), tie("formula")).map(
      ([[name, symbolic, plain], left, right]): Formula => ({
        text: `(${left.text} ${name} ${right.text})`,
        size: symbolic(left.size, right.size),
        value: (point) => {
          const [a, b] = [left.value(point), right.value(point)]
          return a === undefined || b === undefined ? undefined : plain(a, b)
        },
      }),
    ),
  ),
})).formula

const at = (size: D.Dim, point: readonly number[]) => D.substitute(size, ({ id }) => point[ids.indexOf(id)])

/** Points where every division is defined and numbers stay exact. */
function valueAt(written: Formula, point: readonly number[]): number | undefined {
  const value = written.value(point)
  return value !== undefined && Math.abs(value) < 2 ** 50 ? value : undefined
}

test("rewriting keeps the value", () => {
  fc.assert(
    fc.property(formula, points, (written, point) => {
      const value = valueAt(written, point)
      if (value !== undefined && !D.isUnknown(written.size))
        assert.equal(at(written.size, point), value, `${written.text} became ${D.dimText(written.size)}`)
    }),
    seeded,
  )
})

test("no comparison is proven that some number contradicts", () => {
  fc.assert(
    fc.property(formula, formula, points, (left, right, point) => {
      const [a, b] = [valueAt(left, point), valueAt(right, point)]
      if (a === undefined || b === undefined) return
      const claims = [
        [D.equals(left.size, right.size), a === b],
        [D.lessThan(left.size, right.size), a < b],
        [D.atMost(left.size, right.size), a <= b],
        [D.divides(left.size, right.size), a === 0 ? b === 0 : b % a === 0],
      ]
      for (const [claim, truth] of claims)
        if (claim !== undefined) assert.equal(claim, truth, `${D.dimText(left.size)} and ${D.dimText(right.size)}`)
    }),
    seeded,
  )
})

test("the text for programs means the same number", () => {
  fc.assert(
    fc.property(formula, points, (written, point) => {
      const value = valueAt(written, point)
      const code = D.dimCode(written.size)
      if (value === undefined || code === null) return
      assert.match(code, /^[NHCwx0-9+\-*/()]+$/)
      assert.equal(pythonValue(code, point) + 0, value, code)
    }),
    seeded,
  )
})

/** Reads the text as Python would: a tiny parser of + - * // ( ) names and integers. */
function pythonValue(code: string, point: readonly number[]): number {
  const tokens = code.match(/\d+|[A-Za-z]|\/\/|[-+*()]/g) ?? []
  let position = 0
  const primary = (): number => {
    const token = tokens[position++] ?? ""
    if (token === "-") return -primary()
    if (token !== "(") return /\d/.test(token) ? Number(token) : (point["NHCwx".indexOf(token)] as number)
    const inside = sum()
    position++
    return inside
  }
  const product = (): number => {
    let value = primary()
    while (tokens[position] === "*" || tokens[position] === "//") {
      const isTimes = tokens[position++] === "*"
      const other = primary()
      value = isTimes ? value * other : floor(value, other)
    }
    return value
  }
  const sum = (): number => {
    let value = product()
    while (tokens[position] === "+" || tokens[position] === "-") value += tokens[position++] === "+" ? product() : -product()
    return value
  }
  return sum()
}

test("formulas become what people would write", () => {
  const [N, H, W, C] = ["N", "H", "W", "C"].map((name) => D.symbol(name, { lower: 1 })) as [D.Dim, D.Dim, D.Dim, D.Dim]
  const halved = D.add(D.floorDivide(D.subtract(H, 1), 2), 1)
  const rows: [D.Dim, string][] = [
    [halved, "⌊(H + 1)/2⌋"],
    [D.add(D.floorDivide(D.subtract(halved, 1), 2), 1), "⌊(H + 3)/4⌋"],
    [D.floorDivide(D.product([C, H, W]), D.product([H, W])), "C"],
    [D.floorDivide(D.product([N, C, H, W]), D.multiply(N, W)), "H·C"],
    [D.add(D.multiply(D.product([9, C]), 64), 64), "576·C + 64"],
    [D.floorDivide(D.add(D.multiply(C, H), 5), H), "C + ⌊5/H⌋"],
    [D.negate(D.floorDivide(D.negate(H), 2)), "⌊(H + 1)/2⌋"],
    [D.subtract(H, D.subtract(W, W)), "H"],
    [D.multiply(H, H), "H²"],
    [D.minimum(H, D.floorDivide(H, 2)), "⌊H/2⌋"],
    [D.maximum(H, 7), "max(H, 7)"],
    [D.subtract(0, H), "−H"],
    [D.add(D.symbol("N"), D.symbol("N")), "N + N′"],
  ]
  for (const [size, text] of rows) assert.equal(D.dimText(size), text)
})

test("multiples are known to divide", () => {
  const side = D.symbol("side", { lower: 32, multipleOf: 32 })
  assert.equal(D.divides(16, side), true)
  assert.equal(D.dimText(D.multiply(D.floorDivide(side, 8), 8)), "side")
  assert.equal(D.dimText(D.multiply(D.floorDivide(side, 8), 2)), "⌊side/4⌋")
  assert.equal(D.modulo(D.add(side, 3), 16), 3)
})

test("what symbols do not decide is not decided", () => {
  const [H, W] = [D.symbol("H", { lower: 1 }), D.symbol("W", { lower: 1 })]
  assert.equal(D.equals(H, W), undefined)
  assert.equal(D.equals(D.multiply(H, 7), 512), false)
  assert.equal(D.equals(D.product([W, H, 7]), D.multiply(W, 512)), false)
  assert.equal(D.atMost(H, D.multiply(H, W)), true)
  assert.equal(D.lessThan(H, D.multiply(H, W)), undefined)
  assert.equal(D.atMost(0, D.subtract(H, D.multiply(2, D.floorDivide(H, 2)))), true)
})

test("numbers beyond 2^53 stay exact", () => {
  assert.equal(D.multiply(2 ** 40, 2 ** 40), 2n ** 80n)
  assert.equal(D.floorDivide(2n ** 80n, 2 ** 40), 2 ** 40)
  assert.equal(D.dimCode(D.power(10, 20)), "100000000000000000000")
  assert.equal(D.floorDivide(Number.MAX_SAFE_INTEGER, 2), 2 ** 52 - 1)
})

test("a formula that grows without end becomes a size nobody knows", () => {
  let size = D.symbol("H", { lower: 1 })
  for (let round = 0; round < 300; round++) size = D.add(D.floorDivide(D.multiply(size, 5), 3), D.maximum(size, round))
  assert.equal(D.isUnknown(size), true)
  assert.equal(D.dimCode(size), null)
})
