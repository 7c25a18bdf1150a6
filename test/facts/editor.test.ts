// Lenses, inlay hints, problems with their fixes, and inputs stated by a comment.

import assert from "node:assert/strict"
import { test } from "node:test"
import { parseInputs, stateInput } from "../../src/facts/directives.ts"
import { argumentEditAt } from "../../src/facts/edits.ts"
import { lensesOf } from "../../src/facts/lenses.ts"
import { problemsOf } from "../../src/facts/problems.ts"
import { costAt } from "../../src/facts/shown-model.ts"
import { analyzed, hinted, TORCH } from "./reading.ts"

const UNCALLED = `${TORCH}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.fc = nn.Linear(8 * 30 * 30, 2)

    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x.flatten(1)
        return self.fc(x)
`

const titles = (text: string) => lensesOf(analyzed(text)).flatMap(({ title, input }) => [title, ...(input ? [input.title] : [])])

test("a lens sums up the model; counts are for one example", () => {
  assert.deepEqual(titles(UNCALLED), ["Net · 14,626 params · 208,800 MACs · (N, 3, 32, 32) → (N, 2)", "solved input · change"])
})

test("a stated input is not offered for a change", () => {
  assert.deepEqual(titles(`${UNCALLED}\nNet()(torch.zeros(1, 3, 32, 32))\n`), [
    "Net · 14,626 params · 208,800 MACs · (1, 3, 32, 32) → (1, 2)",
  ])
})

test("a batch of several is said", () => {
  assert.deepEqual(titles(`${UNCALLED}\nNet()(torch.zeros(4, 3, 32, 32))\n`), [
    "Net · 14,626 params · 835,200 MACs for 4 examples · (4, 3, 32, 32) → (4, 2)",
  ])
})

test("hints stand where the shape changes", () => {
  assert.deepEqual(hinted(UNCALLED), [
    "x = F.relu(self.conv(x))  # (N, 8, 30, 30)",
    "x = x.flatten(1)  # (N, 7200)",
    "return self.fc(x)  # (N, 2)",
  ])
})

test("a step that keeps the shape has no hint of its own", () => {
  assert.deepEqual(hinted(`${TORCH}\nx = torch.zeros(2, 3)\ny = F.relu(x)\nz = y.t()\n`), [
    "x = torch.zeros(2, 3)  # (2, 3)",
    "z = y.t()  # (3, 2)",
  ])
})

test("a comment inside the class states the input", () => {
  const text = UNCALLED.replace("    def __init__(self):", "    # layerscope: input (2, 3, 32, 32)\n    def __init__(self):")
  assert.deepEqual(titles(text), ["Net · 14,626 params · 417,600 MACs for 2 examples · (2, 3, 32, 32) → (2, 2)"])
})

test("a comment above the class does too, and comes before what the file calls", () => {
  const text = `${UNCALLED.replace("class Net", "# layerscope: input (1, 3, 32, 32)\nclass Net")}\nNet()(torch.zeros(9, 3, 32, 32))\n`
  assert.match(titles(text)[0] ?? "", /\(1, 3, 32, 32\) → \(1, 2\)$/)
})

test("several inputs and types can be stated; what is no input is none", () => {
  assert.deepEqual(parseInputs("(1, 3, 8, 8), (2, 16):int64"), [
    { shape: [1, 3, 8, 8], dtype: "float32" },
    { shape: [2, 16], dtype: "int64" },
  ])
  assert.deepEqual(parseInputs("1, 3, 8, 8"), [{ shape: [1, 3, 8, 8], dtype: "float32" }])
  assert.equal(parseInputs("(1, three)"), undefined)
  assert.equal(parseInputs(""), undefined)
})

test("stating an input writes a comment, and changes it the next time", () => {
  const first = analyzed(UNCALLED)
  const place = first.models[0]?.place
  assert(place)
  const { span, text } = stateInput(first.tree, place, "(1, 3, 32, 32)")
  const stated = UNCALLED.slice(0, span.start) + text + UNCALLED.slice(span.end)
  assert.match(stated, /\n# layerscope: input \(1, 3, 32, 32\)\nclass Net/)
  const second = analyzed(stated)
  const again = stateInput(second.tree, second.models[0]?.place ?? place, "(5, 3, 32, 32)")
  assert.equal(stated.slice(again.span.start, again.span.end), "# layerscope: input (1, 3, 32, 32)")
  assert.equal(again.text, "# layerscope: input (5, 3, 32, 32)")
})

test("a problem stands at the call and refers to the layer", () => {
  const [problem, ...others] = problemsOf(
    analyzed(`${UNCALLED.replace("Conv2d(3, 8, 3)", "Conv2d(4, 8, 3)")}\nNet()(torch.zeros(1, 3, 32, 32))\n`),
  )
  assert.equal(others.length, 0)
  assert.equal(problem?.code, "channel-mismatch")
  assert.equal(problem?.message, "Conv2d `conv` expects 4 channels, got 3")
  assert.equal(problem?.range.start.line, 11)
  assert.equal(problem?.related[0]?.range.start.line, 7)
})

/** The text with an argument of the call that begins at `call` set. */
function withArgument(
  text: string,
  call: string,
  argument: string,
  value: string,
  language: "python" | "javascript" = "python",
): string | undefined {
  const analysis = analyzed(text, language)
  const edit = argumentEditAt(analysis, text.indexOf(call) + call.length - 1, argument, value)
  return edit && text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end)
}

test("an argument is written where it stands, or as a new keyword", () => {
  const conv = `${TORCH}\nconv = nn.Conv2d(3, 8, 3, padding=1)\n`
  assert.match(withArgument(conv, "nn.Conv2d", "out_channels", "16") ?? "", /nn\.Conv2d\(3, 16, 3, padding=1\)/)
  assert.match(withArgument(conv, "nn.Conv2d", "padding", "2") ?? "", /nn\.Conv2d\(3, 8, 3, padding=2\)/)
  assert.match(withArgument(conv, "nn.Conv2d", "stride", "2") ?? "", /nn\.Conv2d\(3, 8, 3, padding=1, stride=2\)/)
})

test("spread arguments are left alone", () => {
  assert.equal(
    withArgument(`${TORCH}\noptions = {"stride": 2}\nconv = nn.Conv2d(3, 8, 3, **options)\n`, "nn.Conv2d", "stride", "1"),
    undefined,
  )
})

test("an option of TensorFlow.js", () => {
  const text = `import * as tf from "@tensorflow/tfjs"\nconst conv = tf.layers.conv2d({ filters: 8, kernelSize: 3 })\n`
  assert.match(withArgument(text, "tf.layers.conv2d", "kernel_size", "5", "javascript") ?? "", /\{ filters: 8, kernelSize: 5 \}/)
  assert.match(withArgument(text, "tf.layers.conv2d", "strides", "2", "javascript") ?? "", /\{ filters: 8, kernelSize: 3, strides: 2 \}/)
})

test("the cost of the model at the cursor is told anywhere in its class, and nowhere else", () => {
  const cost = "Net · 14,626 params · 208,800 MACs"
  for (const place of ["class Net", "Net(nn", "self.fc =", "return self.fc"])
    assert.equal(costAt(analyzed(UNCALLED), UNCALLED.indexOf(place)), cost, place)
  assert.equal(costAt(analyzed(UNCALLED), 0), undefined)
})
