# silent: KER101: decorators with arguments, stacked, as classes, wraps, cached_property
import functools

import keras


def times(k):
    def deco(f):
        @functools.wraps(f)
        def inner(*args, **kwargs):
            return f(*[a * k for a in args], **kwargs)
        return inner
    return deco


class AtLeast:
    def __init__(self, f):
        self.f = f

    def __call__(self, n):
        return self.f(max(n, 3))


@times(4)
def build(units, activation="softmax"):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=activation)])


@AtLeast
def other(units):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])


class Data:
    count = 1

    @functools.cached_property
    def classes(self):
        return self.count + 4


build(1)
other(1)
keras.Sequential([keras.Input((4,)), keras.layers.Dense(Data().classes, activation="softmax")])
