/** Knobs that were turned go back to code as the layer itself takes them. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { convolution } from "../../src/concepts/convolution/convolution.ts"
import { initialKnobs, type Knobs, type LayerFacts } from "../../src/concepts/subject.ts"
import { changesOf } from "../../webview/changes.ts"

const FACTS: LayerFacts = {
  framework: "torch",
  qualifiedType: "torch.nn.Conv2d",
  type: "Conv2d",
  path: "c",
  weights: [{ name: "weight", shape: [8, 3, 3, 3] }],
  arguments: { out_channels: 8, kernel_size: 3, padding: 1, bias: true },
  input: null,
  output: null,
}

const changes = (facts: LayerFacts, turned: Knobs, inCode: Knobs) =>
  changesOf(convolution, { ...initialKnobs(convolution), ...inCode, ...turned }, inCode, facts)

test("only what differs from the code is written", () => {
  assert.deepEqual(changes(FACTS, { kernel_size: [5, 3] }, { kernel_size: 3, bias: true }), [{ argument: "kernel_size", value: "(5, 3)" }])
})

test("words and truth values are written as the language has them", () => {
  const inCode = { padding: 1, bias: true }
  assert.deepEqual(
    changes(FACTS, { padding: "same", bias: false }, inCode).map(({ value }) => value),
    ['"same"', "False"],
  )
  const script: LayerFacts = { ...FACTS, framework: "tfjs", arguments: { use_bias: true, padding: "valid", kernel_size: 3 } }
  assert.deepEqual(changes(script, { bias: false, kernel_size: [5, 3] }, { bias: true, kernel_size: 3 }), [
    { argument: "kernelSize", value: "[5, 3]" },
    { argument: "useBias", value: "false" },
  ])
})

test("what the code does not say is not written", () => {
  assert.deepEqual(changes(FACTS, { out_channels: 20 }, { kernel_size: 3 }), [])
})

test("an argument that the layer does not take is not written", () => {
  const depthwise: LayerFacts = {
    ...FACTS,
    framework: "keras",
    type: "DepthwiseConv2D",
    arguments: { kernel_size: 3, depth_multiplier: 1 },
  }
  assert.deepEqual(changes(depthwise, { out_channels: 20 }, { out_channels: 8 }), [])
})

test("a layer of one dimension gets one number", () => {
  const line: LayerFacts = { ...FACTS, type: "Conv1d", weights: [{ name: "weight", shape: [8, 3, 5] }] }
  assert.deepEqual(changes(line, { kernel_size: [1, 7] }, { kernel_size: [1, 5] }), [{ argument: "kernel_size", value: "7" }])
})
