// What a tf.data pipeline gives tells the sizes of the model that is built for it.
import assert from "node:assert/strict"
import { test } from "node:test"
import { model, outputs, total } from "./summaries.ts"

const HEAD = "import tensorflow as tf\nimport numpy as np\nfrom tensorflow import keras\n"

test("a data set of images from files has the size they are resized to, however many there are", () => {
  const found = model(
    "python",
    `${HEAD}
def load(path, label):
    image = tf.io.decode_png(tf.io.read_file(path), channels=3)
    return tf.image.resize(image, [64, 48]) / 255.0, tf.one_hot(label, 7)
data = tf.data.Dataset.from_tensor_slices((list_of_files(), np.zeros((100,), dtype="int32")))
data = data.shuffle(10).map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(32).prefetch(2)
x, y = next(iter(data))
model = keras.Sequential([keras.Input(x.shape[1:]), keras.layers.Flatten(), keras.layers.Dense(y.shape[-1])])
`,
  )
  assert.equal(total(found), String(64 * 48 * 3 * 7 + 7))
  assert.equal(outputs(found), "(N, 7)")
})

test("windows of a time series are as long as asked for, and a loop over one batch tells their shape", () => {
  const found = model(
    "python",
    `${HEAD}
data = keras.utils.timeseries_dataset_from_array(np.zeros((1000, 7)), None, sequence_length=120)
for batch in data.take(1):
    inputs = batch
x = keras.Input((inputs.shape[1], inputs.shape[2]))
model = keras.Model(x, keras.layers.LSTM(32)(x))
`,
  )
  assert.equal(total(found), String(4 * (7 + 32 + 1) * 32))
})

test("zipped, numbered and windowed data sets nest, and generators say what they give", () => {
  const found = model(
    "python",
    `${HEAD}
one = tf.data.Dataset.from_generator(make, output_signature=tf.TensorSpec((None, 5), tf.float32))
two = tf.data.Dataset.from_tensor_slices({"a": np.zeros((9, 3)), "b": np.zeros((9,))})
both = tf.data.Dataset.zip((one, two)).enumerate()
index, (x, named) = next(iter(both))
width = x.shape[-1] + named["a"].shape[0]
windows = two.map(lambda d: d["a"]).window(4, drop_remainder=True).flat_map(lambda w: w.batch(4, drop_remainder=True))
width = width * next(iter(windows)).shape[0]
model = keras.Sequential([keras.Input((width,)), keras.layers.Dense(1)])
`,
  )
  assert.equal(total(found), String((5 + 3) * 4 + 1))
})

test("a vocabulary that is written down has a size", () => {
  const found = model(
    "python",
    `${HEAD}
characters = [letter for letter in "abcdefghijklmnopqrstuvwxyz'?! "]
numbers = keras.layers.StringLookup(vocabulary=characters, oov_token="")
letters = keras.layers.StringLookup(vocabulary=numbers.get_vocabulary(), oov_token="", invert=True)
hot = keras.layers.IntegerLookup(vocabulary=[1, 5, 9], output_mode="one_hot")
x = keras.Input((1,), dtype="int64")
model = keras.Model(x, keras.layers.Dense(letters.vocabulary_size() + 1)(hot(x)))
`,
  )
  assert.equal(outputs(found), "(N, 32)")
  assert.equal(total(found), String(4 * 32 + 32))
})

test("a branch on the data has the shape both ways have, and nobody knows what it costs", () => {
  const found = model(
    "python",
    `import keras
from keras import layers, ops
class Either(layers.Layer):
    def call(self, x):
        return ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: ops.matmul(x, ops.ones((8, 8))))
x = keras.Input((8,))
model = keras.Model(x, Either()(x))
`,
  )
  assert.equal(outputs(found), "(N, 8)")
  assert.equal(found.macs, undefined)
})
