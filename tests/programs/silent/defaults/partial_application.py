# silent: KER101 KER102: partial gives the number of classes with the softmax
from functools import partial

import keras


def head(body, units=1, activation="sigmoid"):
    body.add(keras.layers.Dense(units, activation=activation))
    return body


softmax_head = partial(head, activation="softmax", units=4)
a = head(keras.Sequential([keras.Input((3,))]))
b = softmax_head(keras.Sequential([keras.Input((3,))]))
