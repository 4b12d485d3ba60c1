# silent: KER101 KER003: a context manager of the user changes values and takes exceptions
import contextlib

import keras

settings = {"units": 1}


class Wide:
    def __enter__(self):
        settings["units"] = 9
        return 6

    def __exit__(self, kind, value, trace):
        return kind is ValueError


@contextlib.contextmanager
def units(n):
    old, settings["units"] = settings["units"], n
    yield settings
    settings["units"] = old


with Wide() as n:
    a = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
    b = keras.Sequential([keras.Input((4,)), keras.layers.Dense(settings["units"], activation="softmax")])
    keras.layers.Dense(3, init="uniform")
with units(4) as s:
    c = keras.Sequential([keras.Input((4,)), keras.layers.Dense(s["units"], activation="softmax")])
