// What a file shows besides the models at its end: those it prints on the way, and those of functions nobody calls.

import assert from "node:assert/strict"
import { test } from "node:test"
import type { Language } from "../../src/text/source.ts"
import { dimText } from "../../src/values/dim.ts"
import { analyzed } from "./reading.ts"

const modelsOf = (text: string, language?: Language) =>
  analyzed(text, language).models.map(({ name, parameters: { total } }) => `${name} ${total === undefined ? "?" : dimText(total)}`)

const KERAS = "import keras\nfrom keras import layers\n"

test("a model that is printed and then grows is shown as it was printed, too", () => {
  const text = `${KERAS}
model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
model.summary()
model.add(layers.Dense(3))
model.summary()
`
  assert.deepEqual(modelsOf(text), ["model 19", "model 10"])
})

test("a model whose name is used again is shown where it is printed", () => {
  const text = `${KERAS}
def make(units):
    x = keras.Input((4,))
    return keras.Model(x, layers.Dense(units)(x))
model = make(2)
model.summary()
model = make(3)
`
  assert.deepEqual(modelsOf(text), ["model 15", "model 10"])
})

test("a printed model that does not change is shown once", () => {
  const text = `${KERAS}model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nmodel.summary()\nmodel.summary()\n`
  assert.deepEqual(modelsOf(text), ["model 10"])
})

test("a model inside an object is shown where it is printed", () => {
  const text = `${KERAS}
class Trainer:
    def __init__(self):
        self.net = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
trainer = Trainer()
trainer.net.summary()
`
  assert.deepEqual(modelsOf(text), ["trainer.net 10"])
})

test("a function nobody calls shows the model it makes", () => {
  const text = `${KERAS}
def build(units):
    return keras.Sequential([keras.Input((4,)), layers.Dense(units), layers.Dense(1)])
`
  assert.deepEqual(modelsOf(text), ["build 6·units + 1"])
  const script =
    'import * as tf from "@tensorflow/tfjs"\nasync function train(xs) {\n  const model = tf.sequential()\n  model.add(tf.layers.dense({ units: 10, inputShape: [4] }))\n  model.add(tf.layers.dense({ units: 3 }))\n  await model.fit(xs)\n}\n'
  assert.deepEqual(modelsOf(script, "javascript"), ["train 83"])
})

test("what comes after a layer nobody knows is not known", () => {
  const [model] = analyzed(
    `${KERAS}import unheard_of\nmodel = keras.Sequential([keras.Input((8, 8, 3)), unheard_of.backbone(), layers.ReLU()])\n`,
  ).models
  assert.equal(model?.parameters.total, undefined)
  assert.equal(model?.outputs[0]?.shape, undefined)
})
