# silent: KER101: what is handed on to an unread function through a helper, *args and partial
import functools

import keras
from mylib import fill


def prepare(target, *more):
    fill(target)
    for m in more:
        fill(m)
    return target


a, b, c, d = [], [], [], []
prepare(a, b)
later = functools.partial(fill, c)
later()
holder = {"inner": d}
fill_it = fill
fill_it(holder["inner"])
for box in (a, b, c, d):
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(box) + 1, activation="softmax")])
