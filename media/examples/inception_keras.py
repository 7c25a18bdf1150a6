"""An Inception block in Keras: four branches look at the same picture at four scales, 1×1 convolutions keep it cheap."""

from keras import Model, layers
from keras import Input


def conv(x, filters, kernel_size, name):
    return layers.Conv2D(filters, kernel_size, padding="same", activation="relu", name=name)(x)


def inception_block(x, f1, f3_reduce, f3, f5_reduce, f5, pool_proj, name):
    branch1 = conv(x, f1, 1, f"{name}_1x1")

    branch3 = conv(x, f3_reduce, 1, f"{name}_3x3_reduce")
    branch3 = conv(branch3, f3, 3, f"{name}_3x3")

    branch5 = conv(x, f5_reduce, 1, f"{name}_5x5_reduce")
    branch5 = conv(branch5, f5, 5, f"{name}_5x5")

    pooled = layers.MaxPooling2D(pool_size=3, strides=1, padding="same", name=f"{name}_pool")(x)
    pooled = conv(pooled, pool_proj, 1, f"{name}_pool_proj")

    return layers.Concatenate(name=f"{name}_output")([branch1, branch3, branch5, pooled])


def build_model(input_shape=(224, 224, 3), num_classes=10):
    inputs = Input(shape=input_shape, name="image")
    x = layers.Conv2D(64, 7, strides=2, padding="same", activation="relu", name="stem")(inputs)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="stem_pool")(x)
    x = layers.BatchNormalization(name="stem_norm")(x)
    x = conv(x, 192, 3, "stem_3x3")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool2")(x)

    x = inception_block(x, 64, 96, 128, 16, 32, 32, name="inception_3a")
    x = inception_block(x, 128, 128, 192, 32, 96, 64, name="inception_3b")

    x = layers.GlobalAveragePooling2D(name="global_pool")(x)
    x = layers.Dropout(0.4, name="dropout")(x)
    outputs = layers.Dense(num_classes, activation="softmax", name="predictions")(x)
    return Model(inputs, outputs, name="small_inception")


model = build_model()
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

if __name__ == "__main__":
    model.summary()
