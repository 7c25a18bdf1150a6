/** Code to models, for tests of what subjects see in them. */
import { subjectOf } from "../../src/concepts/catalogue.ts"
import { layerFacts } from "../../src/concepts/layer-facts.ts"
import { initialKnobs, type Knobs, type Match, type Subject } from "../../src/concepts/subject.ts"
import { analyze } from "../../src/facts/analyze.ts"
import type { Model } from "../../src/model/model.ts"
import { parse } from "../../src/syntax/parse.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"

export function modelOf(code: string, language: "python" | "javascript" = "python"): Model {
  const file = sourceFile("file:///model", language, code)
  const { models } = analyze(file, "/model", memoryHost({}), { budget: { fuel: 10_000_000, cancelled: () => false }, tree: parse(file) })
  return models.at(-1) as Model
}

/** `more` stands below the class, such as a call that states the input. */
export const torchModel = (layers: string, forward: string, more = ""): Model =>
  modelOf(
    `import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${layers.replace(/^/gm, "        ")}\n    def forward(self, x):\n${forward.replace(/^/gm, "        ")}\n${more}\n`,
  )

export const kerasModel = (layers: string, input = "(64, 48, 3)"): Model =>
  modelOf(`import keras\nfrom keras import layers\nmodel = keras.Sequential([keras.Input(${input}), ${layers}])\n`)

export const tfjsModel = (layers: string): Model =>
  modelOf(
    `import * as tf from "@tensorflow/tfjs"\nconst model = tf.sequential()\nmodel.add(tf.layers.inputLayer({ inputShape: [64, 48, 3] }))\n${layers}\n`,
    "javascript",
  )

export const recognised = (id: string, model: Model): readonly Match[] => (subjectOf(id) as Subject).recognise(model)

/** What the first layer of a type opens with. */
export function knobsOf(id: string, model: Model, type: string): Knobs | undefined {
  const layer = model.layers.find((each) => each.type === type)
  return layer && (subjectOf(id) as Subject).fromLayer(layerFacts(layer, model))
}

export function quantity(id: string, name: string, knobs: Knobs = {}): unknown {
  const subject = subjectOf(id) as Subject
  return subject.numbers({ ...initialKnobs(subject), ...knobs }).quantities.find((each) => each.name === name)?.value
}

export const problemsOf = (id: string, knobs: Knobs): readonly string[] => {
  const subject = subjectOf(id) as Subject
  return subject.numbers({ ...initialKnobs(subject), ...knobs }).problems
}
