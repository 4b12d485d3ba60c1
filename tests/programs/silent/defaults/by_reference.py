# silent: KER101 KER102: the builder is handed on as a value; ids decides the units, the caller's keyword the activation
import functools

import keras
import numpy as np
from keras.layers import Dense, Input


def builder(ids, act="softmax", loss="categorical_crossentropy"):
    units = ids.max() + 1 if ids.dtype.kind == "i" else 1
    model = keras.Sequential([Input((4,)), Dense(8, activation="relu"), Dense(int(units), activation=act)])
    model.compile("adam", loss)
    return model


def run(make, ids):
    return make(ids).output_shape


print(run(builder, np.array([0, 2, 1])))
print(run(functools.partial(builder, act=None, loss="mse"), np.array([0.5, 2.0])))
