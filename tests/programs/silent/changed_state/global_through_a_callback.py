# silent: KER101: an unread function calls back what it was given, and that changes a global
import atexit

import keras
from mylib import call_twice, on_ready, register

sizes = [1]
count = 1


def grow():
    global count
    count += 1
    sizes.append(count)


@register
def also():
    sizes.append(7)


call_twice(grow)
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(sizes[-1], activation="softmax")])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(count, activation="softmax")])
