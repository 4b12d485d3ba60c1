# silent: KER130 KER131 KER132 KER133: arrays changed in place behind a dictionary, a view and an attribute
import keras
import numpy as np


class Data:
    def __init__(self):
        self.y = np.full((6,), 7)


data = {"y": np.full((6,), 9)}
labels = data["y"]
labels[:] = [0, 1, 2, 0, 1, 2]
d = Data()
d.y[...] = 1
d.y -= 1
view = np.arange(6)[3:]
view -= 3
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
m.fit(np.zeros((6, 4)), data["y"], verbose=0)
m.fit(np.zeros((6, 4)), d.y, verbose=0)
m.fit(np.zeros((3, 4)), view, verbose=0)
