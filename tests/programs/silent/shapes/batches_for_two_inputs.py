# silent: KER521 KER136 KER513: each batch has an array for each of several inputs
import keras
import numpy as np


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return (np.zeros((8, 5, 3)), np.zeros((8, 7, 3))), np.zeros((8, 1))


def model_of(sizes):
    given = [keras.Input((size, 3)) for size in sizes]
    flat = [keras.layers.Flatten()(each) for each in given]
    return keras.Model(given, keras.layers.Dense(1)(flat[0]))


model = model_of([int(size) for size in open("sizes").read().split()])
model.compile("adam", "mse")
model.fit(Batches())
