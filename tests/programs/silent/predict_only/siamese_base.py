# silent: KER103 KER104 KER105 KER126: the base of a siamese pair is compiled, the pair is fitted
import keras
import numpy as np
from keras import layers, ops


def base_network(width):
    inp = keras.Input((width,))
    return keras.Model(inp, layers.Dense(8, activation="relu")(layers.Dense(16, activation="relu")(inp)))


def siamese(width):
    base = base_network(width)
    base.compile("adam", "binary_crossentropy")
    left, right = keras.Input((width,)), keras.Input((width,))
    gap = layers.Lambda(lambda t: ops.abs(t[0] - t[1]), output_shape=(8,))([base(left), base(right)])
    pair = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(gap))
    pair.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return base, pair


base, pair = siamese(5)
pair.fit((np.random.rand(8, 5), np.random.rand(8, 5)), np.random.randint(0, 2, (8, 1)), verbose=0)
vectors = base.predict(np.random.rand(2, 5), verbose=0)
