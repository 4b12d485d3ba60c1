# silent: KER202: keras.backend sets the kernel
import keras
import numpy as np
import tensorflow as tf
from keras import layers

net = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(12, activation="relu", kernel_initializer="zeros", name="hidden"),
        layers.Dense(2),
    ]
)
net.compile("sgd", "mae")
keras.backend.set_value(net.layers[0].kernel, np.random.rand(5, 12))
net.fit(np.random.rand(30, 5), np.random.rand(30, 2))
