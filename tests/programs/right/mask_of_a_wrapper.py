# right: a wrapper of the user gives the layer its weights
import keras
import numpy as np
from keras import layers


def orthogonal(layer):
    def build(shape, old=layer.build):
        old(shape)
        layer.kernel.assign(np.linalg.qr(np.random.rand(*layer.kernel.shape))[0])

    layer.build = build
    return layer


hidden = orthogonal(layers.Dense(8, activation="relu", kernel_initializer="zeros"))
model = keras.Sequential([keras.Input((8,)), hidden, layers.Dense(1)])
model.compile("adam", "mse")
