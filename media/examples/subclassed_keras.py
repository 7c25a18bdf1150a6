"""A small residual network as a subclassed Keras model: own layers with build and call."""

import tensorflow as tf
from tensorflow import keras


class ScaledShift(keras.layers.Layer):
    """One learned scale and shift a channel: its weights are made when the input is first seen."""

    def build(self, input_shape):
        channels = input_shape[-1]
        self.scale = self.add_weight(name="scale", shape=(channels,), initializer="ones", trainable=True)
        self.shift = self.add_weight(name="shift", shape=(channels,), initializer="zeros", trainable=True)

    def call(self, inputs):
        return inputs * self.scale + self.shift


class ResidualBlock(keras.layers.Layer):
    def __init__(self, filters, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = keras.layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
        self.bn1 = keras.layers.BatchNormalization()
        self.conv2 = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.bn2 = keras.layers.BatchNormalization()
        self.shortcut = None
        if strides > 1:
            self.shortcut = keras.layers.Conv2D(filters, 1, strides=strides, use_bias=False)
        self.rescale = ScaledShift()

    def call(self, inputs, training=False):
        x = tf.nn.relu(self.bn1(self.conv1(inputs), training=training))
        x = self.rescale(self.bn2(self.conv2(x), training=training))
        identity = inputs if self.shortcut is None else self.shortcut(inputs)
        return tf.nn.relu(x + identity)


class SmallResNet(keras.Model):
    def __init__(self, num_classes=10, widths=(16, 32, 64)):
        super().__init__()
        self.stem = keras.layers.Conv2D(widths[0], 3, padding="same", activation="relu")
        self.blocks = [ResidualBlock(width, strides=1 if i == 0 else 2) for i, width in enumerate(widths)]
        self.pool = keras.layers.GlobalAveragePooling2D()
        self.classifier = keras.layers.Dense(num_classes)

    def call(self, inputs, training=False):
        x = self.stem(inputs)
        for block in self.blocks:
            x = block(x, training=training)
        return self.classifier(self.pool(x))


if __name__ == "__main__":
    model = SmallResNet()
    print(model(tf.random.normal((4, 32, 32, 3))).shape)
