# silent: KER202: a helper assigns every weight
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
def shake(model):
    for weight in model.trainable_weights:
        weight.assign(np.random.randn(*weight.shape))


shake(net)
net.fit(np.random.rand(30, 5), np.random.rand(30, 2))
