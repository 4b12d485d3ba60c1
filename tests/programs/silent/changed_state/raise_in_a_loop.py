# silent: KER101 KER102: only what passes the checks is built
import keras
from somewhere import read


def classes():
    n = 1
    if read("many"):
        n = 8
    if n < 2:
        raise ValueError("too few classes")
    return n


def assured():
    n = 1
    if read("many"):
        n = 5
    assert n > 1, "too few classes"
    return n


for n in (classes(), assured()):
    m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
    m.compile("adam", "categorical_crossentropy")
