/** The numbers of the three subjects, against numbers measured with frameworks or printed in the papers. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { SUBJECTS, subjectOf } from "../../src/concepts/catalogue.ts"
import { NOTHING_SELECTED } from "../../src/concepts/scene.ts"
import { initialKnobs, type Knob, type Knobs, type KnobValue, type Subject } from "../../src/concepts/subject.ts"

const subject = (id: string): Subject => subjectOf(id) as Subject

function numbersOf(id: string, knobs: Knobs = {}): Record<string, unknown> {
  const { quantities, problems } = subject(id).numbers({ ...initialKnobs(subject(id)), ...knobs })
  return { ...Object.fromEntries(quantities.map(({ name, value }) => [name, value])), ...(problems.length > 0 && { problems }) }
}

test("convolution: the stem of ResNet-50, as torch counts it", () => {
  const { output, parameters, macs } = numbersOf("convolution", {
    in_channels: 3,
    out_channels: 64,
    kernel_size: 7,
    stride: 2,
    padding: 3,
    bias: false,
    image: 224,
  })
  assert.deepEqual(output, [64, 112, 112])
  assert.equal(parameters, 9408)
  assert.equal(macs, 118_013_952)
})

test("convolution: groups share the channels out", () => {
  assert.equal(numbersOf("convolution", { in_channels: 128, out_channels: 128, groups: 32, bias: false }).parameters, 4608)
})

test("convolution: an odd rest of same padding goes after, as in TensorFlow", () => {
  assert.deepEqual(numbersOf("convolution", { padding: "same", stride: 2, image: [33, 20] }).output, [16, 17, 10])
})

test("convolution: what cannot be is said, in the user's words", () => {
  assert.deepEqual(numbersOf("convolution", { image: 4, kernel_size: 7, padding: 0 }).problems, [
    "The layer has a window of 7, which is larger than the input's 4.",
  ])
  assert.deepEqual(numbersOf("convolution", { groups: 2 }).problems, ["2 groups do not divide 3 channels in."])
})

test("depthwise-separable: the ratio is 1/C_out + 1/k²", () => {
  for (const [filters, size] of [
    [64, 3],
    [128, 5],
    [7, 3],
  ] as const) {
    const knobs = { ...initialKnobs(subject("depthwise-separable")), out_channels: filters, kernel_size: size, padding: "same" }
    const note =
      subject("depthwise-separable")
        .numbers(knobs)
        .quantities.find(({ name }) => name === "macs")?.note ?? ""
    assert.equal(note.split(" ")[0], String(Number((100 * (1 / filters + 1 / size ** 2)).toPrecision(3))))
  }
})

test("depthwise-separable: Keras' SeparableConv2D(64, 3) on 32 channels has 2,400 parameters", () => {
  assert.equal(numbersOf("depthwise-separable", { bias: "pointwise" }).parameters, 2400)
})

test("Inception: block 3a of the paper has 256 channels and 128 M multiply-accumulates", () => {
  const { output, parameters, macs } = numbersOf("inception-block")
  assert.deepEqual(output, [256, 28, 28])
  assert.equal(parameters, 163_696)
  assert.equal(macs, 128_049_152)
})

test("Inception: without 1×1 the pooling passes all channels on", () => {
  const { output, macs } = numbersOf("inception-block", { reduction: false })
  assert.deepEqual(output, [416, 28, 28])
  assert.equal(macs, 28 * 28 * 192 * (64 + 9 * 128 + 25 * 32))
})

for (const each of SUBJECTS) {
  test(`${each.id}: formulas end with the numbers of the cards`, () => {
    const knobs = initialKnobs(each)
    const { quantities } = each.numbers(knobs)
    const tex = each
      .formulas(knobs)
      .map((formula) => formula.tex)
      .join("\n")
      .replaceAll("{,}", ",")
    const known = quantities.filter(({ name }) => each.id === "convolution" && (name === "parameters" || name === "macs"))
    for (const { value } of known) assert(tex.includes(`= ${Number(value).toLocaleString("en-US")}`))
    assert(!/undefined|NaN/.test(tex))
  })

  test(`${each.id}: every knob changes the numbers or the picture`, () => {
    const initial = initialKnobs(each)
    // Some knobs matter only for some choices.
    const bases = [initial, ...each.knobs.flatMap((knob) => othersOf(knob).map((value) => ({ ...initial, [knob.name]: value })))]
    for (const knob of each.knobs) {
      const matters = bases.some((base) => othersOf(knob).some((value) => seen(each, base) !== seen(each, { ...base, [knob.name]: value })))
      assert(matters, knob.name)
    }
  })

  test(`${each.id}: whatever single knob is turned to its ends, there is a picture, or a sentence that says why not`, () => {
    for (const knob of each.knobs)
      for (const value of othersOf(knob)) {
        const knobs = { ...initialKnobs(each), [knob.name]: value }
        const { problems } = each.numbers(knobs)
        const texts =
          problems.length > 0
            ? problems
            : [each.diagram(knobs, NOTHING_SELECTED).description, ...each.formulas(knobs).map(({ tex }) => tex)]
        for (const text of texts) assert(text.length > 0 && !/undefined|NaN/.test(text), `${knob.name} = ${value}: ${text}`)
      }
  })
}

/** The ends of a knob, and a step from where it stands. */
function othersOf(knob: Knob): readonly KnobValue[] {
  if (knob.kind === "flag") return [!knob.initial]
  if (knob.kind === "choice") return knob.choices.map(({ value }) => value)
  return [
    knob.minimum,
    knob.maximum,
    Number(Array.isArray(knob.initial) ? knob.initial[0] : knob.initial) + ("step" in knob ? (knob.step ?? 1) : 1),
  ]
}

function seen(subject: Subject, knobs: Knobs): string {
  const numbers = subject.numbers(knobs)
  return JSON.stringify([numbers, numbers.problems.length > 0 || subject.diagram(knobs, NOTHING_SELECTED)])
}
