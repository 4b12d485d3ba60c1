# silent: KER202: the callback calls a function of the file
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
def restore(logs):
    for layer, values in zip(net.layers, np.load("w.npy", allow_pickle=True)):
        layer.set_weights(values)


watch = keras.callbacks.LambdaCallback(on_train_begin=restore)
net.fit(np.random.rand(30, 5), np.random.rand(30, 2), callbacks=[watch])
