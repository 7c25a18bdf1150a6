"""A Siamese network: one encoder, used twice, and a distance that says whether two pictures show the same thing."""

from tensorflow import keras
from tensorflow.keras import layers


def build_encoder(input_shape, embedding_size=48):
    encoder = keras.Sequential(name="encoder")
    encoder.add(keras.Input(shape=input_shape))
    for filters in (64, 64):
        encoder.add(layers.Conv2D(filters, (2, 2), padding="same", activation="relu"))
        encoder.add(layers.MaxPooling2D(pool_size=(2, 2)))
        encoder.add(layers.Dropout(0.3))
    encoder.add(layers.GlobalAveragePooling2D())
    encoder.add(layers.Dense(embedding_size))
    return encoder


IMAGE_SHAPE = (28, 28, 1)

left = keras.Input(IMAGE_SHAPE, name="left")
right = keras.Input(IMAGE_SHAPE, name="right")

encoder = build_encoder(IMAGE_SHAPE)
difference = layers.Subtract(name="difference")([encoder(left), encoder(right)])
distance = layers.Multiply(name="squared")([difference, difference])
same = layers.Dense(1, activation="sigmoid", name="same")(distance)

siamese = keras.Model(inputs=[left, right], outputs=same, name="siamese")
siamese.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
