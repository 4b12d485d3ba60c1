# silent: KER126: the labels travel in a NamedTuple
from typing import NamedTuple

import keras
import numpy as np


class Split(NamedTuple):
    x: np.ndarray
    y: np.ndarray


def split(n):
    return Split(np.random.rand(n, 2), np.random.randint(2, size=(n, 1)))


train, test = split(20), split(8)
net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)])
net.compile("adam", loss=keras.losses.MeanSquaredError(), metrics=["accuracy"])
net.fit(train.x, train.y, validation_data=(test.x, test.y), verbose=0)
