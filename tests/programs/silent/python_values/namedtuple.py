# silent: KER101: NamedTuple with a default, _replace, and unpacking in another order
from collections import namedtuple
from typing import NamedTuple

import keras


class Layer(NamedTuple):
    activation: str
    units: int = 1


Old = namedtuple("Old", "units act", defaults=[1, "softmax"])
one = Layer("softmax", 4)
two = Layer("softmax")._replace(units=3)
three = Old(5)
act, n = Layer("softmax", 2)
for units, name in ((one.units, one.activation), (two.units, two[0]), three, (n, act)):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=name)])
