# loud: KER012@27: sizes are passed by position to a layer
import numpy as np
import keras
from keras import layers, ops


class Regions(layers.Layer):
    """Cuts a flat token sequence back into a picture and pools it."""

    def call(self, tokens, height, width):
        grid = ops.reshape(tokens, (-1, height, width, tokens.shape[-1]))
        return ops.max(grid, axis=(1, 2))


class Classifier(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.embed = layers.Conv2D(24, 4, strides=4)
        self.flatten = layers.Reshape((-1, 24))
        self.regions = Regions()
        self.head = layers.Dense(classes, activation="softmax")

    def call(self, pictures):
        x = self.embed(pictures)
        height, width = x.shape[1], x.shape[2]
        x = self.flatten(x)
        x = self.regions(x, height, width)
        return self.head(x)


pictures = np.random.rand(64, 32, 32, 3).astype("float32")
labels = np.random.randint(0, 3, 64)

model = Classifier(3)
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(pictures, labels, epochs=1, verbose=2)
