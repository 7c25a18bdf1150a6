// Every fix was tried before it is offered: after it the file has neither the problem nor any error. Refactorings save what they say.
import assert from "node:assert/strict"
import { test } from "node:test"
import { type FixFact, fixesIn, fixesOf } from "../../src/facts/fixes/fixes.ts"
import { levelled } from "../../src/facts/levels.ts"
import { problemsOf, severityOf } from "../../src/facts/problems.ts"
import { RULES } from "../../src/facts/rules/catalogue.ts"
import { IMPORTS } from "../../src/facts/rules/rule.ts"
import { type Language, offsetAt } from "../../src/text/source.ts"
import { dimText } from "../../src/values/dim.ts"
import { analyzed, TORCH } from "./reading.ts"

const applied = (text: string, { range, text: fresh }: FixFact, language: Language): string => {
  const { file } = analyzed(text, language)
  return text.slice(0, offsetAt(file, range.start)) + fresh + text.slice(offsetAt(file, range.end))
}

/** What these rules find has no one right answer, or needs what the file does not say. */
const WITHOUT_FIX: ReadonlySet<string> = new Set([
  ...["index-rank", "mask-mismatch", "missing-input-shape", "reshape-mismatch", "split-mismatch"],
  // What to spend is for the reader to decide.
  ...["over-budget", "unreadable-budget"],
])

for (const { code, wrong, language = "python" } of RULES)
  test(`${code}: ${WITHOUT_FIX.has(code) ? "has no fix" : "each fix leaves the example clean"}`, () => {
    const text = IMPORTS[language] + wrong
    const analysis = analyzed(text, language)
    const problem = analysis.problems.find((found) => found.code === code)
    assert(problem)
    const fixes = fixesOf(analysis, problem, (fixed) => analyzed(fixed, language))
    assert.equal(fixes.length === 0, WITHOUT_FIX.has(code))
    for (const fix of fixes) {
      const { problems } = analyzed(applied(text, fix, language), language)
      const left = problems.filter((found) => severityOf(found) === "error" || found.code === code)
      assert.deepEqual(
        left.map(({ message }) => message),
        [],
        fix.title,
      )
    }
  })

/** The text after the first fix of that title for the first problem. */
function fixed(text: string, title: string, language: Language = "python"): string {
  const analysis = analyzed(text, language)
  const [problem] = analysis.problems
  assert(problem)
  const fixes = fixesOf(analysis, problem, (other) => analyzed(other, language))
  const fix = fixes.find((one) => one.title === title)
  assert(fix, `${title} is none of: ${fixes.map((one) => one.title).join("; ")}`)
  return applied(text, fix, language)
}

const net = (body: string, forward: string): string =>
  `${TORCH}\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${body.replace(/^/gm, "        ")}\n\n    def forward(self, x):\n${forward.replace(/^/gm, "        ")}\n\nNet()(torch.zeros(2, 3, 8, 8))\n`

test("what a fix makes wrong further on is set right with it", () => {
  const program = net("self.conv = nn.Conv2d(3, 16, 3, padding=1)\nself.fc = nn.Linear(16, 10)", "return self.fc(self.conv(x))")
  const text = fixed(program, "Flatten the input")
  assert.match(text, /self\.fc = nn\.Linear\(1024, 10\)/)
  assert.match(text, /self\.fc\(self\.conv\(x\)\.flatten\(1\)\)/)
})

test("a shortcut of another width is projected", () => {
  const program = net("self.conv = nn.Conv2d(3, 16, 3, stride=2, padding=1)", "return self.conv(x) + x")
  const text = fixed(program, "Project the shortcut to the same shape")
  assert.match(text, /self\.shortcut = nn\.Conv2d\(3, 16, 1, stride=2\)/)
  assert.match(text, /return self\.conv\(x\) \+ self\.shortcut\(x\)/)
})

test("what is said once of several layers is mended at all of them", () => {
  const layers = "self.a = nn.Conv2d(3, 8, 3)\nself.an = nn.BatchNorm2d(8)\nself.b = nn.Conv2d(8, 8, 3)\nself.bn = nn.BatchNorm2d(8)"
  const text = fixed(net(layers, "return self.bn(self.b(self.an(self.a(x)).relu()))"), "Make the 2 layers without bias")
  assert.equal(text.match(/bias=False/g)?.length, 2)
})

test("calls are mended: brackets, a name, arguments in their order, states that come as one tuple", () => {
  assert.match(fixed(`${TORCH}x = torch.zeros(2, 3)\nn = x.shape(0)\n`, "Take the element: square brackets"), /x\.shape\[0\]/)
  assert.match(fixed(`${TORCH}x = torch.zeros(2, 3)\ny = torch.cat(x, x, dim=1)\n`, "Join them as one tuple"), /cat\(\(x, x\), dim=1\)/)
  const classes = `${TORCH}scores, kinds = torch.zeros(4, 3), torch.zeros(4).long()\n`
  assert.match(
    fixed(`${classes}loss = nn.CrossEntropyLoss()(kinds, scores)\n`, "Swap the two arguments"),
    /CrossEntropyLoss\(\)\(scores, kinds\)/,
  )
  const states = `${TORCH}lstm = nn.LSTM(3, 4)\nout, h, c = lstm(torch.zeros(5, 2, 3))\n`
  assert.match(fixed(states, "Unpack the inner tuple"), /out, \(h, c\) = lstm/)
  const listed = net("self.parts = nn.ModuleList([nn.Linear(8, 8) for _ in range(3)])", "return self.parts(x)")
  assert.match(fixed(listed, "Make it a Sequential"), /nn\.Sequential\(\*\[nn\.Linear\(8, 8\) for _ in range\(3\)\]\)/)
  const extra = `${TORCH}def twice(x):\n    return x + x\n\ntwice(torch.zeros(2), 3)\n`
  assert.match(fixed(extra, "Leave the last argument out"), /twice\(torch\.zeros\(2\)\)/)
})

test("layers are mended in place: other axes, a longer table, steps of a sequence, another loss", () => {
  const sequence = `${TORCH}norm = nn.BatchNorm2d(8)\ny = norm(torch.zeros(2, 8, 5))\n`
  assert.match(fixed(sequence, "Use BatchNorm1d"), /nn\.BatchNorm1d\(8\)/)
  const table = net(
    "n = 4\nself.places = nn.Parameter(torch.zeros(1, n, 8))",
    "return x.flatten(2)[:, :, :8].repeat(1, 2, 1)[:, :5] + self.places",
  )
  assert.match(fixed(table, "Give the table 5 rows"), /torch\.zeros\(1, n \+ 1, 8\)/)
  const lengths = `${TORCH}rows = [torch.zeros(3), torch.zeros(5)]\nx = torch.stack(rows)\n`
  assert.match(fixed(lengths, "Fill them up to one length: pad_sequence"), /torch\.nn\.utils\.rnn\.pad_sequence\(rows, batch_first=True\)/)
})

test("Keras: a layer for each step, an axis of channels, flattened rows, the loss that fits the targets", () => {
  const start = "import numpy as np\nfrom keras import Input, Sequential\nfrom keras.layers import Conv1D, Conv2D, Dense, LSTM\n"
  const video = `${start}model = Sequential()\nmodel.add(Input((4, 8, 8, 3)))\nmodel.add(Conv2D(5, 3))\n`
  const one = `${start}model = Sequential()\nmodel.add(Conv1D(5, 3, input_shape=(20,)))\n`
  assert.match(fixed(one, "Give the input an axis of one channel"), /input_shape=\(20, 1\)/)
  const classes = `${start}model = Sequential([Input((20,)), Dense(3, activation="softmax")])\nmodel.compile("adam", "sparse_categorical_crossentropy")\nmodel.fit(np.zeros((8, 20)), np.zeros((8, 3)))\n`
  assert.match(fixed(classes, "Use categorical_crossentropy"), /compile\("adam", "categorical_crossentropy"\)/)
  const frames = `${start}model = Sequential()\nmodel.add(Input((8, 8, 3)))\nmodel.add(Conv2D(5, 3))\nmodel.add(Dense(3, activation="softmax"))\nmodel.compile("adam", "categorical_crossentropy")\nmodel.fit(np.zeros((4, 8, 8, 3)), np.zeros((4, 3)))\n`
  assert.match(
    fixed(frames, "Flatten before the dense layer"),
    /Dense, Flatten, LSTM\n[\s\S]*model\.add\(Flatten\(\)\)\nmodel\.add\(Dense\(3/,
  )
  const pooled = video.replace("Conv2D(5, 3)", "GlobalMaxPooling2D()").replace("Conv2D,", "GlobalMaxPooling2D,")
  assert.match(
    fixed(pooled, "Apply it to each step: TimeDistributed"),
    /GlobalMaxPooling2D, TimeDistributed, Dense.*\n[\s\S]*add\(TimeDistributed\(GlobalMaxPooling2D\(\)\)\)/,
  )
})

test("Keras and TensorFlow.js have their own words", () => {
  const keras =
    "import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(5, activation='relu')])\nmodel.compile(loss='mse')\n"
  assert.match(fixed(keras, "Remove the activation"), /layers\.Dense\(5\)/)
  const script = `import * as tf from "@tensorflow/tfjs"
const model = tf.sequential()
model.add(tf.layers.conv2d({ filters: 5, kernelSize: 3, inputShape: [8, 8, 3] }))
model.add(tf.layers.batchNormalization())
`
  assert.match(fixed(script, "Make it without bias", "javascript"), /inputShape: \[8, 8, 3\], useBias: false \}/)
})

/** A model with one convolution, in each framework; the cursor stands on it. */
const CONVOLUTIONS: readonly {
  readonly text: string
  readonly language: Language
  readonly separable: RegExp
  readonly reduced: RegExp
}[] = [
  {
    text: net(
      "self.conv = nn.Conv2d(3, 64, 3, padding=1)\nself.next = nn.Conv2d(64, 64, 3, padding=1, bias=False)",
      "return self.next(self.conv(x).relu())",
    ),
    language: "python",
    separable: /nn\.Sequential\(nn\.Conv2d\(64, 64, 3, padding=1, groups=64, bias=False\), nn\.Conv2d\(64, 64, 1, bias=False\)\)/,
    reduced: /nn\.Sequential\(nn\.Conv2d\(64, 16, 1\), nn\.ReLU\(\), nn\.Conv2d\(16, 64, 3, padding=1, bias=False\)\)/,
  },
  {
    text: "import keras\nfrom keras import layers\nx = keras.Input((8, 8, 64))\ny = layers.Conv2D(64, 3, padding='same')(x)\nmodel = keras.Model(x, y)\n",
    language: "python",
    separable: /layers\.SeparableConv2D\(64, 3, padding='same'\)\(x\)/,
    reduced: /layers\.Conv2D\(64, 3, padding='same'\)\(layers\.Conv2D\(16, 1, activation="relu"\)\(x\)\)/,
  },
  {
    text: `import * as tf from "@tensorflow/tfjs"
const x = tf.input({ shape: [8, 8, 64] })
const y = tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: "same" }).apply(x)
const model = tf.model({ inputs: x, outputs: y })
`,
    language: "javascript",
    separable: /tf\.layers\.separableConv2d\(\{ filters: 64, kernelSize: 3, padding: "same" \}\)\.apply\(x\)/,
    reduced: /\.apply\(tf\.layers\.conv2d\(\{ filters: 16, kernelSize: 1, activation: "relu" \}\)\.apply\(x\)\)/,
  },
]

for (const { text, language, separable, reduced } of CONVOLUTIONS)
  test(`a convolution of ${/tf\.|keras|torch/.exec(text)?.[0]} can be made cheaper, and is by what is said`, () => {
    const before = analyzed(text, language)
    const at = text.search(/self\.next = |layers\.Conv2D\(64|layers\.conv2d\(/) + 16
    const fixes = fixesIn(before, { start: at, end: at }, (other) => analyzed(other, language)).filter(({ problem }) => !problem)
    assert.deepEqual(
      fixes.map(({ title }) => title.replace(/ \(.*/, "")),
      ["Use depthwise-separable here", "Add 1×1 reduction to 16 channels"],
    )
    for (const [index, wanted] of [separable, reduced].entries()) {
      const fix = fixes[index] as FixFact
      const after = analyzed(applied(text, fix, language), language)
      assert.match(after.file.text, wanted)
      assert.deepEqual(after.models[0]?.outputs[0]?.shape?.map(dimText), before.models[0]?.outputs[0]?.shape?.map(dimText))
      assert.equal(saved(before, after), Number(/−(\d+) %/.exec(fix.title)?.[1]))
    }
  })

/** Percent of one convolution's work; what the rest of the model does stays. */
function saved(before: ReturnType<typeof analyzed>, after: ReturnType<typeof analyzed>): number {
  const [all, less] = [before, after].map(({ models }) => Number(models[0]?.layers.reduce((sum, { macs }) => sum + perExample(macs), 0)))
  const rest = before.models[0]?.layers.find(({ path }) => path === "conv")
  const own = (all ?? 0) - perExample(rest?.macs)
  return Math.round((1 - ((less ?? 0) - perExample(rest?.macs)) / own) * 100)
}

/** The batch is a symbol where nobody states it: its factor. */
const perExample = (macs: Parameters<typeof dimText>[0] | undefined): number =>
  macs === undefined ? 0 : Number(/[\d,]+/.exec(dimText(macs))?.[0].replaceAll(",", "") ?? 0)

test("the reader's levels count above the table's", () => {
  const facts = problemsOf(analyzed(`${TORCH}nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 8))(torch.zeros(1, 8))\n`))
  assert.deepEqual(
    facts.map(({ severity }) => severity),
    ["hint"],
  )
  assert.deepEqual(
    levelled(facts, { "stacked-linear": "error" }).map(({ severity }) => severity),
    ["error"],
  )
  assert.deepEqual(levelled(facts, { "stacked-linear": "off" }), [])
  assert.deepEqual(levelled(facts, { "unused-layer": "off" }), facts)
})

test("of a layer with several results the first is taken", () => {
  const text = `${TORCH}
lstm, head = nn.LSTM(8, 16, batch_first=True), nn.Linear(16, 2)
y = head(lstm(torch.zeros(2, 5, 8)))
`
  const analysis = analyzed(text)
  const [problem] = analysis.problems
  assert(problem)
  const titles = fixesOf(analysis, problem, (fixed) => analyzed(fixed)).map(({ title }) => title)
  assert.deepEqual(titles, ["Take the first result"])
})
