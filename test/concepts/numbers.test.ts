/** The numbers of the three subjects, against numbers measured with frameworks or printed in the papers. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { SUBJECTS, subjectOf } from "../../src/concepts/catalogue.ts"
import { initialKnobs, type Knobs, type Subject } from "../../src/concepts/subject.ts"

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

  test(`${each.id}: every knob changes something, or is told from the picture`, () => {
    const knobs = initialKnobs(each)
    for (const knob of each.knobs) {
      const other =
        knob.kind === "flag"
          ? !knob.initial
          : knob.kind === "choice"
            ? knob.choices.at(-1)?.value
            : knob.name === "groups"
              ? 1
              : Number(knob.initial) + 1
      const turned = {
        ...knobs,
        ...(knob.name === "groups" && { in_channels: 4, groups: 4 }),
        [knob.name]: knob.name === "groups" ? 4 : (other as never),
      }
      const [before, after] = [each.numbers(knobs), each.numbers(turned)]
      assert.notDeepEqual(after, before, knob.name)
    }
  })
}
