/** What remains of a value that is one of two. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { atMost, dimText, divides, isUnknown, symbol } from "../../src/values/dim.ts"
import { join } from "../../src/values/join.ts"
import { describe } from "../../src/values/text.ts"
import * as V from "../../src/values/value.ts"

const seeded = { seed: 20261123, numRuns: 1000 }
const N = symbol("N", { lower: 1 })
const layer: V.InstanceValue = {
  kind: "instance",
  class: { kind: "class", name: "Conv2d", qualifiedName: "torch.nn.Conv2d", bases: [], mro: [], attributes: new Map() },
  attributes: new Map(),
  place: { file: { uri: "", language: "python", text: "", lineStarts: [0] }, span: { start: 0, end: 0 } },
  id: 1,
}

const size = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(N))
const value = fc.letrec<{ value: V.Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<V.Value>(
      V.NONE,
      V.TRUE,
      V.FALSE,
      V.string("a"),
      V.float(0.5),
      V.unknown("one reason"),
      V.unknown("another reason"),
      layer,
    ),
    size.map(V.integer),
    fc.array(size, { maxLength: 3 }).map((shape) => V.tensor("torch", shape, "float32")),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => V.tuple(items)),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => V.list(items)),
  ),
})).value

/** A value with everything left out that differs between two runs: fresh symbols, new tensors, reasons. */
function pattern(of: V.Value): unknown {
  switch (of.kind) {
    case "unknown":
      return `unknown ${of.type ?? ""} ${of.mayHoldWeights ?? ""}`
    case "integer":
      return isUnknown(of.value) ? "integer ?" : `integer ${dimText(of.value)}`
    case "tensor":
      return { shape: of.shape?.map((dim) => (isUnknown(dim) ? "?" : dimText(dim))), dtype: of.dtype }
    case "tuple":
    case "list":
      return [of.kind, of.items.map(pattern)]
    default:
      return describe(of)
  }
}

test("join is idempotent", () => {
  fc.assert(
    fc.property(value, (one) => assert.equal(join(one, one), one)),
    seeded,
  )
})

test("join is commutative", () => {
  fc.assert(
    fc.property(value, value, (one, other) => assert.deepEqual(pattern(join(one, other)), pattern(join(other, one)))),
    seeded,
  )
})

test("join is associative", () => {
  fc.assert(
    fc.property(value, value, value, (one, other, third) =>
      assert.deepEqual(pattern(join(join(one, other), third)), pattern(join(one, join(other, third)))),
    ),
    seeded,
  )
})

test("sizes that differ become unknown, with their bounds", () => {
  const joined = join(V.tensor("torch", [N, 64, 7], "float32"), V.tensor("torch", [N, 128, 7], "float32"))
  assert.equal(describe(joined), "Tensor (N, ?, 7) float32")
  assert(joined.kind === "tensor" && joined.shape?.[1] !== undefined)
  const channels = joined.shape[1]
  assert.equal(divides(64, channels), true)
  assert.equal(atMost(channels, 128), true)
  assert.equal(atMost(channels, 127), undefined)
})

test("a layer that may be missing makes counts unknown", () => {
  const joined = join(layer, V.NONE)
  assert.equal(describe(joined), "unknown: it depends on a condition that is not known (Conv2d or None)")
  assert(joined.kind === "unknown" && joined.mayHoldWeights)
})

test("both reasons are kept", () => {
  assert.equal(describe(join(V.unknown("b is read"), V.unknown("a is read"))), "unknown: a is read, or b is read")
})
