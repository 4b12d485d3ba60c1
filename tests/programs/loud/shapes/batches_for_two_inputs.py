# loud: KER521@16: each batch has one array, of another shape than the input
import keras
import numpy as np


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return np.zeros((8, 5, 3)), np.zeros((8, 1))


model = keras.Sequential([keras.Input((7, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(Batches())
