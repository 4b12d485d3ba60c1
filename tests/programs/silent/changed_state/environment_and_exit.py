# silent: KER101 KER003: os._exit, quit, assert False, while True without break, raise at module level
import os

import keras


def unreachable():
    assert False, "never"


def forever():
    while True:
        yield 3


try:
    unreachable()
    keras.layers.Dense(output_dim=3)
except AssertionError:
    units = next(forever())
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
raise SystemExit(m.name)
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
