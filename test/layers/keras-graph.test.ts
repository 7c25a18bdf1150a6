// What a functional model's summary lists besides layers, and names that old code used. Expectations are what Keras 3 and Keras 2 print.
import assert from "node:assert/strict"
import { test } from "node:test"
import { model, outputs, paths, seen, shapeOf, total } from "./summaries.ts"

const HEAD = "import keras\nfrom keras import layers, ops\n"
const rows = (text: string): string[] =>
  model("python", text)
    .layers.filter(({ path }) => path !== "")
    .map(({ path, type, output }) => `${path} ${type} ${shapeOf(output?.shape)}`)

test("functions and operators on symbolic tensors are rows of their own", () => {
  const text = `${HEAD}
x = keras.Input((6, 4))
y = ops.mean(x * 2 + x, axis=1)
model = keras.Model(x, layers.Dense(3)(ops.concatenate([y, ops.expand_dims(y, 0)[0]], axis=-1)))
`
  assert.deepEqual(rows(text), [
    "input_layer InputLayer (N, 6, 4)",
    "multiply Multiply (N, 6, 4)",
    "add Add (N, 6, 4)",
    "mean Mean (N, 4)",
    "expand_dims ExpandDims (1, N, 4)",
    "get_item GetItem (N, 4)",
    "concatenate Concatenate (N, 8)",
    "dense Dense (N, 3)",
  ])
})

test("TensorFlow's functions take symbolic tensors in Keras 2, which makes layers of them", () => {
  const text = `import tensorflow as tf
from tensorflow import keras
x = keras.Input((8, 8, 3))
y = tf.nn.relu(keras.layers.Conv2D(4, 3)(x)) + 1
model = keras.Model(x, tf.nn.relu(y)[:, 0])
`
  assert.deepEqual(rows(text), [
    "input_layer InputLayer (N, 8, 8, 3)",
    "conv2d Conv2D (N, 6, 6, 4)",
    "tf.nn.relu TFOpLambda (N, 6, 6, 4)",
    "tf.__operators__.add TFOpLambda (N, 6, 6, 4)",
    "tf.nn.relu_1 TFOpLambda (N, 6, 6, 4)",
    "tf.__operators__.getitem SlicingOpLambda (N, 6, 4)",
  ])
})

test("multiply-accumulates of a function count in its row", () => {
  const found = model(
    "python",
    `${HEAD}
x = keras.Input((5, 4), batch_size=2)
model = keras.Model(x, ops.matmul(x, ops.transpose(x, (0, 2, 1))))
`,
  )
  assert.deepEqual(
    found.layers.map(({ path, macs }) => [path, macs]),
    [
      ["", 0],
      ["input_layer", 0],
      ["transpose", 0],
      ["matmul", 200],
    ],
  )
  assert.equal(found.macs, 200)
})

test("a convolution's operation may be replaced, or called with another kernel", () => {
  const found = model(
    "python",
    `import tensorflow as tf
from tensorflow import keras
class Own(keras.layers.Conv2D):
    def convolution_op(self, inputs, kernel):
        mean, _ = tf.nn.moments(kernel, axes=[0, 1, 2], keepdims=True)
        return tf.nn.conv2d(inputs, kernel - mean, padding="VALID", strides=list(self.strides))
class Standard(keras.layers.Conv2D):
    def call(self, inputs):
        return self.convolution_op(inputs, self.kernel / 2) + self.bias
model = keras.Sequential([keras.Input((28, 28, 1)), Standard(32, 3), Own(8, 3, strides=2)])
`,
  )
  assert.equal(outputs(found), "(N, 12, 12, 8)")
  assert.equal(total(found), String(320 + 2312))
})

test("initialisers make tensors of the shape they are asked for", () => {
  const found = model(
    "python",
    `import tensorflow as tf
class Codes(tf.keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.codes = tf.Variable(initial_value=tf.random_uniform_initializer()(shape=(16, 64), dtype="float32"), trainable=True)
        self.more = tf.Variable(tf.keras.initializers.HeNormal()((4, 4)))
    def call(self, x):
        return x @ self.codes
x = tf.keras.Input((16,))
model = tf.keras.Model(x, Codes()(x))
`,
  )
  assert.equal(total(found), String(16 * 64 + 16))
})

test("what a shape multiplies to is a size", () => {
  const found = model(
    "python",
    `import tensorflow as tf
x = tf.keras.Input((8,))
model = tf.keras.Model(x, tf.keras.layers.Reshape((5, 9))(tf.keras.layers.Dense(tf.math.reduce_prod((5, 9)))(x)))
`,
  )
  assert.equal(total(found), String(9 * 45))
})

test("TensorFlow's NumPy is computed as Keras' own functions are", () => {
  const found = model(
    "python",
    `import tensorflow.experimental.numpy as tnp
from tensorflow import keras
class Own(keras.layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[1], 3))
    def call(self, x):
        return tnp.maximum(tnp.matmul(x, self.w), 0)
model = keras.Sequential([Own()])
model.build((None, 13))
`,
  )
  assert.equal(total(found), "39")
  assert.equal(outputs(found), "(N, 3)")
})

test("predicting tells every layer that asks that nothing is trained", () => {
  const { problems } = seen(
    "python",
    `import tensorflow as tf
from tensorflow import keras
class Spectrum(keras.layers.Layer):
    def call(self, audio, training=True):
        return tf.signal.stft(tf.squeeze(audio, -1), 1024, 256, pad_end=True) if training else audio
x = keras.Input((None, 1))
model = keras.Model(x, keras.layers.Conv1D(4, 3, padding="same")(Spectrum()(x)))
model.predict(tf.random.uniform([8, 50, 513]))
`,
  )
  assert.deepEqual(problems, [])
})

test("a pooling window of unknown size keeps the channels", () => {
  const found = model(
    "python",
    `from tensorflow import keras
import somewhere
x = keras.Input((None, 16))
y = keras.layers.MaxPool1D(pool_size=somewhere.size())(x)
model = keras.Model(x, keras.layers.Conv1D(4, 1)(y))
`,
  )
  assert.equal(total(found), "68")
  assert.deepEqual(paths(found).length, 3)
})

test("a model that is loaded again has weights of its own", () => {
  const { models } = seen(
    "python",
    `import keras
from keras import layers
class Scale(layers.Layer):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
    def build(self, shape):
        self.scale = self.add_weight(shape=(self.width,))
    def call(self, x):
        return x * self.scale
    def get_config(self):
        return {**super().get_config(), "width": self.width}
x = keras.Input((8,))
inner = keras.Sequential([keras.Input((8,)), layers.Dense(4, name="inside")])
model = keras.Model(x, layers.Dense(2)(Scale(4)(inner(x))) + 1)
model.save("best.keras")
loaded = keras.models.load_model("best.keras", custom_objects={"Scale": Scale})
loaded.trainable = False
part = keras.Model(loaded.input, loaded.layers[1].output)
twin = keras.models.clone_model(inner)
twin.fit(a, b, callbacks=[keras.callbacks.ModelCheckpoint("twin.keras")])
again = keras.models.load_model("twin.keras")
`,
  )
  const found = models.map((each) => [each.name, total(each), each.parameters.trainable])
  assert.deepEqual(
    found.filter(([name]) => name === "model" || name === "loaded"),
    [
      ["model", "50", 50],
      ["loaded", "50", 0],
    ],
  )
  assert.deepEqual(
    found.filter(([name]) => name === "twin" || name === "again"),
    [
      ["twin", "36", 36],
      ["again", "36", 36],
    ],
  )
})

test("activations are the operations that Keras 3 makes of them", () => {
  const text = `${HEAD}
x = keras.Input((4, 4))
y = keras.activations.swish(keras.activations.relu(x))
model = keras.Model(x, keras.activations.exponential(keras.activations.silu(y)))
`
  assert.deepEqual(rows(text), [
    "input_layer InputLayer (N, 4, 4)",
    "re_lu ReLU (N, 4, 4)",
    "silu Silu (N, 4, 4)",
    "silu_1 Silu (N, 4, 4)",
    "exp Exp (N, 4, 4)",
  ])
})

test("samples of several distributions at once have the distributions' axes behind their own", () => {
  const text = `import keras
import tensorflow as tf
drawn = tf.random.gamma(shape=[6], alpha=[0.5, 1.0])
single = drawn[0][1]
counts = tf.random.poisson([3, 2], 4.0)
together = tf.random.gamma([2], [[1.0], [2.0]], beta=[3.0, 4.0, 5.0])
inputs = [keras.Input(each.shape) for each in (drawn, counts, together, single)]
model = keras.Model(inputs, inputs)
`
  assert.deepEqual(seen("python", text).problems, [])
  assert.equal(outputs(model("python", text)), "(N, 6, 2) (N, 3, 2) (N, 2, 2, 3) (N)")
})
