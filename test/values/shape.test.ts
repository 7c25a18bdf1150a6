/** Broadcasting, reshaping, slicing and joining of shapes: against plain counting, and with sizes nobody states. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import * as D from "../../src/values/dim.ts"
import {
  broadcast,
  concatenated,
  normaliseAxis,
  reshape,
  sameShape,
  type Shape,
  shapeText,
  sliceLength,
  volume,
} from "../../src/values/shape.ts"

const seeded = { seed: 20261123, numRuns: 2000 }
const [N, H, W] = ["N", "H", "W"].map((name) => D.symbol(name, { lower: 1 })) as [D.Dim, D.Dim, D.Dim]
const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })

/** What Python's `range(size)[lower:upper:step]` counts. */
function countedSlice(size: number, lower: number | undefined, upper: number | undefined, step: number): number {
  const clamp = (bound: number, least: number, most: number) => Math.min(Math.max(bound < 0 ? bound + size : bound, least), most)
  const start = step > 0 ? clamp(lower ?? 0, 0, size) : lower === undefined ? size - 1 : clamp(lower, -1, size - 1)
  const stop = step > 0 ? (upper === undefined ? size : clamp(upper, 0, size)) : upper === undefined ? -1 : clamp(upper, -1, size - 1)
  let count = 0
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) count++
  return count
}

const bound = fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined })

test("a slice is as long as Python's", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7 }), bound, bound, fc.constantFrom(1, 2, 3, -1, -2), (size, lower, upper, step) => {
      assert.equal(sliceLength(size, lower, upper, step), countedSlice(size, lower, upper, step))
    }),
    seeded,
  )
})

test("a slice of a symbolic axis is as long for every size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), bound, bound, fc.constantFrom(1, 2, 3), (size, lower, upper, step) => {
      const symbolic = sliceLength(H, lower, upper, step)
      assert.equal(
        D.substitute(symbolic, () => size),
        countedSlice(size, lower, upper, step),
      )
    }),
    seeded,
  )
})

test("broadcasting is commutative, and refuses exactly what differs without a 1", () => {
  fc.assert(
    fc.property(sizes, sizes, (left, right) => {
      const result = broadcast(left, right)
      const fails = left.some((size, axis) => {
        const other = right[axis - left.length + right.length]
        return other !== undefined && size !== other && size !== 1 && other !== 1
      })
      assert.equal(result.problems.length > 0, fails)
      assert.equal(broadcast(right, left).problems.length > 0, fails)
      if (!fails) assert.deepEqual(result.shape, broadcast(right, left).shape)
    }),
    seeded,
  )
})

test("sizes that may differ give a condition, not an error", () => {
  const { shape, problems } = broadcast([N, 197, 64], [1, D.add(D.multiply(D.floorDivide(H, 16), D.floorDivide(W, 16)), 1), 64])
  assert.equal(shapeText(shape), "(N, 197, 64)")
  assert.deepEqual(
    problems.map(({ undecided }) => undecided !== undefined),
    [true],
  )
  assert.deepEqual(broadcast([N, 3], [N, 3]), { shape: [N, 3], problems: [] })
  assert.equal(shapeText(broadcast([H], [W]).shape), "(max(H, W),)")
})

test("-1 takes what the other sizes leave", () => {
  const rows: [Shape, Shape, string][] = [
    [[2, 3, 4], [-1], "(24,)"],
    [[N, 16, 5, 5], [-1, 400], "(N, 400)"],
    [[N, 64, H, W], [N, 64, -1], "(N, 64, H·W)"],
    [[N, 12, 64], [N, 12, 8, -1], "(N, 12, 8, 8)"],
    [[N, H, W, 64], [-1, 64], "(N·H·W, 64)"],
  ]
  for (const [from, target, expected] of rows) {
    const { shape, problems } = reshape(from, target)
    assert.deepEqual([shapeText(shape), problems], [expected, []])
  }
})

test("a reshape that loses elements for every size is refused", () => {
  assert.equal(reshape([2, 3, 4], [5, 5]).problems[0]?.message, "cannot reshape (2, 3, 4) (24 elements) to (5, 5)")
  assert.equal(reshape([2, 3, 4], [7, -1]).problems.length, 1)
  assert.equal(reshape([N, 16, 5, 5], [N, 256]).problems[0]?.undecided, undefined)
  assert.equal(reshape([N, 16, 5, 5], [N, 256]).problems[0]?.code, "reshape-mismatch")
})

test("rows of 400 features say what the image must have been", () => {
  const { problems } = reshape([N, 16, H, W], [-1, 400])
  const [condition] = problems
  assert.equal(D.dimText(condition?.undecided?.actual ?? 0), "16·H·W")
})

test("joined axes add up", () => {
  assert.equal(
    shapeText(
      concatenated(
        [
          [N, 64, H],
          [N, 32, H],
        ],
        1,
      ).shape,
    ),
    "(N, 96, H)",
  )
  assert.equal(
    concatenated(
      [
        [2, 3],
        [4, 5],
      ],
      0,
    ).problems[0]?.message,
    "cannot join (2, 3) and (4, 5) along dimension 0: the other sizes differ",
  )
  assert.equal(shapeText(concatenated([[0], [2, 3]], 0).shape), "(2, 3)")
})

test("upsampled halves join only when the size is even: a condition", () => {
  const [condition] = concatenated(
    [
      [N, 64, D.multiply(2, D.floorDivide(H, 2))],
      [N, 64, H],
    ],
    1,
  ).problems
  assert.equal(D.dimText(condition?.undecided?.actual ?? 0), "H")
})

test("axes count from either end", () => {
  assert.deepEqual(
    [0, 2, -1, -3, 3, -4].map((axis) => normaliseAxis(axis, 3)),
    [0, 2, 2, 0, undefined, undefined],
  )
})

test("shapes are the same, different, or it depends", () => {
  assert.equal(sameShape([N, 3], [N, 3]), true)
  assert.equal(sameShape([N, 3], [N, 4]), false)
  assert.equal(sameShape([N, H], [N, W]), undefined)
  assert.equal(sameShape([H, 3], [W, 4]), false)
  assert.equal(volume([]), 1)
})
