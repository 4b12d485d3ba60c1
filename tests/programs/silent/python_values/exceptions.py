# silent: KER101: try, finally, return in finally, loops left by exceptions, custom exceptions
import keras


class Enough(Exception):
    def __init__(self, n):
        super().__init__(n)
        self.n = n


def first():
    try:
        return 1
    finally:
        return 4


def second(values):
    n = 1
    try:
        for v in values:
            if v > 2:
                raise Enough(v)
    except Enough as stop:
        n = stop.n
    return n


def third():
    try:
        n = int("x")
    except (KeyError, ValueError):
        n = 3
    else:
        n = 1
    return n


for units in (first(), second([1, 2, 5]), third()):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
