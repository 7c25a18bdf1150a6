// Keras beyond single layers: names, the functional graph, sharing, subclassing, what is trained. Expectations are Keras 3's own.
import assert from "node:assert/strict"
import { test } from "node:test"
import { analyze } from "../../src/facts/analyze.ts"
import { memoryHost } from "../../src/text/host.ts"
import { sourceFile } from "../../src/text/source.ts"
import { model, outputs, paths, seen, shapeOf, total, trainable } from "./summaries.ts"

const HEAD = "import keras\nfrom keras import layers, ops\n"
const keras = (text: string, entry?: string) => model("python", HEAD + text, entry)

test("layers nobody named are counted by class", () => {
  const found = keras(`
model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layers.MaxPooling2D(), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10)])
`)
  assert.deepEqual(paths(found), ["conv2d", "max_pooling2d", "conv2d_1", "flatten", "dense"])
  assert.equal(outputs(found), "(N, 10)")
  assert.equal(total(found), String(80 + 584 + 968 * 10 + 10))
})

test("tf.keras and inner modules are names of the same layers", () => {
  for (const head of [
    "from tensorflow.keras.layers import Dense, Input\nfrom tensorflow.keras import Model",
    "from keras.layers.core import Dense\nfrom keras.layers import Input\nfrom keras.models import Model",
    "import tensorflow as tf\nDense, Input, Model = tf.keras.layers.Dense, tf.keras.Input, tf.keras.Model",
  ])
    assert.equal(total(model("python", `${head}\nx = Input((4,))\nmodel = Model(x, Dense(3)(x))\n`)), "15")
})

test("a layer called twice is counted once and runs twice", () => {
  const found = keras(`
a, b = keras.Input((8,)), keras.Input((8,))
shared = layers.Dense(4, name="shared")
model = keras.Model([a, b], layers.Concatenate()([shared(a), shared(b)]))
`)
  assert.equal(total(found), "36")
  assert.equal(outputs(found), "(N, 8)")
  assert.equal(found.layers.find(({ path }) => path === "shared")?.calls, 2)
})

test("a model is a layer of another model", () => {
  const found = keras(`
x = keras.Input((16,))
inner = keras.Model(x, layers.Dense(4, name="inside")(x), name="inner")
y = keras.Input((16,))
model = keras.Model(y, layers.Dense(2, name="head")(inner(y)))
`)
  assert.deepEqual(paths(found), ["input_layer_1", "inner", "inner.input_layer", "inner.inside", "head"])
  assert.equal(total(found), String(68 + 10))
})

test("a part of a model is a model of its own", () => {
  const found = keras(`
x = keras.Input((32, 32, 3))
y = layers.Conv2D(4, 3, name="first")(x)
full = keras.Model(x, layers.Dense(5)(layers.Flatten()(y)))
model = keras.Model(full.input, full.get_layer("first").output)
`)
  assert.deepEqual(paths(found), ["input_layer", "first"])
  assert.equal(outputs(found), "(N, 30, 30, 4)")
})

test("operators and functions on symbolic tensors are part of the graph", () => {
  const found = keras(`
x = keras.Input((6, 4))
y = ops.mean(x * 2 + 1, axis=1)
model = keras.Model(x, layers.Dense(3)(ops.concatenate([y, y[:, :2]], axis=-1)))
`)
  assert.equal(outputs(found), "(N, 3)")
  assert.equal(total(found), "21")
})

test("own layers make weights in build, and in lists", () => {
  const found = keras(
    `
class Scale(layers.Layer):
    def build(self, input_shape):
        self.scale = self.add_weight(name="scale", shape=(input_shape[-1],), initializer="ones")
        self.fixed = self.add_weight(shape=(2,), trainable=False)
    def call(self, x):
        return x * self.scale

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.steps = [layers.Dense(4) for _ in range(3)]
        self.scale = Scale()
    def call(self, x, training=False):
        for step in self.steps:
            x = step(x)
        return self.scale(x)

net = Net()
print(net(keras.random.normal((2, 4))).shape)
`,
    "net",
  )
  assert.deepEqual(paths(found), ["dense", "dense_1", "dense_2", "scale"])
  assert.equal(total(found), String(3 * 20 + 4 + 2))
  assert.equal(trainable(found), String(3 * 20 + 4))
})

test("freezing a layer freezes what is inside", () => {
  const found = keras(`
base = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.BatchNormalization()])
base.trainable = False
model = keras.Sequential([base, layers.Dense(1)])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
`)
  assert.equal(total(found), String(36 + 16 + 5))
  assert.equal(trainable(found), "5")
})

test("open sizes stay symbols, and read as None", () => {
  const found = keras(`
x = keras.Input((None, None, 3))
batch, height = x.shape[0], x.shape[1]
y = layers.Conv2D(7 if height is None and batch is None else 1, 3, padding="same", strides=2)(x)
model = keras.Model(x, y)
`)
  assert.equal(outputs(found), "(N, ⌊(H + 1)/2⌋, ⌊(W + 1)/2⌋, 7)")
})

test("a model is called with as many inputs as it says", () => {
  const [found] = seen(
    "python",
    `${HEAD}a = keras.Input((4,), name="a")\nb = keras.Input((6,), name="b")\nmodel = keras.Model({"a": a, "b": b}, layers.concatenate([a, b]))\n`,
  ).models
  assert.deepEqual(
    found?.inputs.map(({ shape, origin }) => [shapeOf(shape), origin]),
    [
      ["(N, 4)", "stated"],
      ["(N, 6)", "stated"],
    ],
  )
})

test("a mismatch is a problem, and doubt is none", () => {
  assert.deepEqual(seen("python", `${HEAD}x = keras.Input((8, 8, 3))\ny = layers.Add()([layers.Conv2D(4, 3)(x), x])\n`).problems, [
    "broadcast-mismatch",
  ])
  assert.deepEqual(
    seen("python", `${HEAD}from somewhere import width\nx = keras.Input((width,))\ny = layers.Add()([layers.Dense(4)(x), x])\n`).problems,
    [],
  )
})

test("what cannot be known makes totals unknown, never a partial sum", () => {
  const found = keras(`
x = keras.Input((8, 8, 3))
features = keras.applications.NoSuchNet(include_top=False)(x)
model = keras.Model(x, layers.Dense(10)(layers.Flatten()(features)))
`)
  assert.equal(total(found), "?")
  assert(found.unknowns.length > 0)
})

test("what the catalogue leaves out comes from the installed source, whatever name leads there", () => {
  const text = `from keras.src.layers.layer import Layer
from keras import layers, Model, Input
class Twice(Layer):
    def call(self, x): return x * 2
def SmallNet():
    x = Input((8,))
    return Model(x, Twice()(layers.Dense(3)(x)))
`
  const files = { "/site/keras/__init__.py": "", "/site/keras/applications/__init__.py": text }
  for (const name of ["keras.applications.SmallNet()", "tf.keras.applications.SmallNet()", "imported()"]) {
    const program = `import keras\nimport tensorflow as tf\nfrom tensorflow.keras.applications import SmallNet as imported\nmodel = ${name}\n`
    const found = analyze(
      sourceFile("/a.py", "python", program),
      "/a.py",
      { ...memoryHost(files), importRoots: ["/site"] },
      {
        budget: { fuel: 2e6, cancelled: () => false },
        entry: "model",
      },
    )
    const [only] = found.models
    assert.equal(only && total(only), "27", found.failure)
    assert.equal(only && outputs(only), "(N, 3)")
  }
})

test("whether a tensor is symbolic, and whether two sizes are equal, is known where code asks it", () => {
  const found = keras(`
import tensorflow as tf
from keras.src import backend
x = keras.Input((8,))
read = x if backend.is_keras_tensor(x) else layers.Input(tensor=x)
made = layers.Dense(8)(read)
model = keras.Model(x, layers.Add()([made, x]) if tf.math.equal(made.shape[-1], 8) and not tf.math.less(8, 8) else layers.Dense(3)(made))
`)
  assert.deepEqual(paths(found), ["input_layer", "dense", "add"])
  assert.equal(outputs(found), "(N, 8)")
})

test("a flat NumPy array is negated number by number", () => {
  const found = keras("import numpy as np\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(int(-np.array([-5, -7])[1]))])\n")
  assert.equal(outputs(found), "(N, 7)")
})

test("TensorFlow Addons' weight normalisation learns lengths, keeps a flag and, unless told not to, an untrained copy", () => {
  const addons = (data: string) =>
    keras(`
import tensorflow_addons as tfa
model = keras.Sequential([keras.Input((10, 32)), tfa.layers.WeightNormalization(layers.Conv1D(1, 7, padding="same")${data})])
model.compile(optimizer=tfa.optimizers.AdamW(1e-4))
`)
  // The last rows of the MelGAN example on keras.io: 452 with the copy, of which 226 are not trained.
  assert.equal(total(addons("")), "452")
  assert.equal(trainable(addons("")), "226")
  assert.equal(total(addons(", data_init=False")), "227")
  assert.equal(outputs(addons("")), "(N, 10, 1)")
})

test("TensorFlow Addons' instance normalisation has a scale and a shift for each channel", () => {
  const found = keras(`
import tensorflow_addons as tfa
model = keras.Sequential([keras.Input((8, 8, 16)), tfa.layers.InstanceNormalization(), tfa.layers.GroupNormalization(groups=4)])
`)
  assert.equal(total(found), "64")
  assert.equal(outputs(found), "(N, 8, 8, 16)")
})

test("augmentation and other newer layers keep the shape of images", () => {
  const found = keras(`
model = keras.Sequential([
    keras.Input((32, 32, 3)), layers.RandAugment(value_range=(0, 1)), layers.RandomGrayscale(0.2), layers.AutoContrast(),
    layers.RandomSharpness(0.5), layers.MixUp(), layers.Equalization(), layers.Conv2D(4, 3),
])
`)
  assert.equal(total(found), "112")
  assert.equal(outputs(found), "(N, 30, 30, 4)")
})

test("a spectrum has a frame for each step and a channel for each mel filter", () => {
  const frames = (padded: string) =>
    keras(`
import tensorflow as tf
class Mel(layers.Layer):
    def __init__(self):
        super().__init__()
        self.filters = tf.signal.linear_to_mel_weight_matrix(num_mel_bins=80, num_spectrogram_bins=513)
    def call(self, sound):
        spectrum = tf.signal.stft(tf.squeeze(sound, -1), 1000, 256, pad_end=${padded})
        return tf.matmul(tf.abs(spectrum), self.filters)
model = keras.Sequential([keras.Input((8192, 1)), Mel(), layers.Conv1D(4, 7)])
`)
  assert.equal(outputs(frames("True")), "(N, 26, 4)")
  assert.equal(outputs(frames("False")), "(N, 23, 4)")
  assert.equal(total(frames("False")), String(80 * 7 * 4 + 4))
})

test("a model that a function of the script makes and keeps to itself is found", () => {
  const { models } = seen(
    "python",
    `${HEAD}
class GAN:
    def __init__(self):
        self.generator = self.build(8, 4)
        self.discriminator = self.build(4, 1)
    def build(self, inputs, units):
        model = keras.Sequential([keras.Input((inputs,)), layers.Dense(units)])
        return model
def main():
    gan = GAN()
    deep = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.Dense(2)])
    deep.fit(load())
if __name__ == "__main__":
    main()
`,
  )
  assert.deepEqual(
    models.map((each) => [each.name, total(each)]),
    [
      ["model", "36"],
      ["model", "5"],
      ["deep", "14"],
    ],
  )
})

test("star imports bring what the framework has, and take builtin functions over only where they really do", () => {
  for (const head of [
    "from keras.models import *\nfrom keras.layers import *",
    "from tensorflow.keras.models import *\nfrom tensorflow.keras.layers import *\nfrom tensorflow.nn import *",
  ])
    assert.equal(total(model("python", `${head}\nmodel = Sequential()\nmodel.add(Dense(abs(-4), input_shape=(max(3, 2),)))\n`)), "16")
  assert.equal(total(model("python", "from torch.nn import *\nmodel = Sequential(Linear(3, 4))\n")), "16")
})

test("what something unknown makes of a symbolic tensor may hide layers: totals are unknown", () => {
  const found = keras(`
import somewhere
x = keras.Input((8,))
y = layers.Dense(4)(x)
model = keras.Model(x, layers.Dense(2)(y) + somewhere.head(layers.Dense(2)(y)))
`)
  assert.equal(total(found), "?")
})

test("a piece of −1 takes what the others leave", () => {
  const found = model(
    "python",
    `import tensorflow as tf
x = tf.keras.Input((8, 8, 40))
first, rest = tf.split(x, [10, -1], axis=-1)
model = tf.keras.Model(x, tf.concat([tf.keras.layers.Conv2D(10, 1, use_bias=False)(first), rest], axis=-1))
`,
  )
  assert.equal(total(found), "100")
  assert.equal(outputs(found), "(N, 8, 8, 40)")
})

test("what Keras 2's modules held is found in the source of Keras 3", () => {
  const files = {
    "/site/keras/applications/nets/__init__.py": "from keras.src.applications.nets import public\n",
    "/site/keras/src/applications/nets.py": "def public():\n    return 1\ndef margins(size):\n    return ((0, size), (0, size))\n",
  }
  const text = `from keras.applications import nets
from tensorflow import keras
x = keras.Input((8, 8, 3))
model = keras.Model(x, keras.layers.ZeroPadding2D(padding=nets.margins(1))(x))
`
  const file = sourceFile("/case.py", "python", text)
  const { models } = analyze(
    file,
    "/case.py",
    { ...memoryHost(files), importRoots: ["/site"] },
    { budget: { fuel: 1e6, cancelled: () => false } },
  )
  assert.equal(models[0] && outputs(models[0]), "(N, 9, 9, 3)")
})
