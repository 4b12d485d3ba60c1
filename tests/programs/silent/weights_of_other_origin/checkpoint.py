# silent: KER202: a checkpoint is restored
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
tf.train.Checkpoint(model=net).restore("ckpt-1")
net.fit(np.random.rand(30, 5), np.random.rand(30, 2))
