# right: labels of -1 mark what is not to be learned, in a loss of its own
import keras
import numpy as np
from keras import layers, ops


def masked(y_true, y_pred):
    known = ops.cast(y_true >= 0, "float32")
    each = keras.ops.binary_crossentropy(ops.maximum(y_true, 0), y_pred)
    return ops.sum(each * known) / ops.maximum(ops.sum(known), 1.0)


model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="sigmoid")])
model.compile("adam", masked)
model.fit(np.ones((3, 4)), np.array([[-1, 0, 1], [1, -1, -1], [0, 0, 1]]))
