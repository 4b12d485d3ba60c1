# silent: KER000 KER101: more that CPython takes: backslashes, tabs, a BOM-less coding line, empty decorators, del of tuples
# -*- coding: latin-1 -*-
import keras; from keras import (layers as L,)
n = 1
if n == 1: n \
    = 4
(a, b), c = [*([1, 2],), 3]
del (a), (b)
class A(metaclass=type): x: int; (y): int = 3
global_ = 0xFF_FF + 0o17 + 0b1 + 1_0.0e-1_0 + 3j.imag
m = keras.Sequential([keras.Input((3,)), L.Dense(n, activation="softmax")])
