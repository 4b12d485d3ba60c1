# loud: KER202@10: only the rate is set
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
rate = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: net.optimizer.learning_rate.assign(0.1 / (epoch + 1))
)
net.fit(np.random.rand(30, 5), np.random.rand(30, 2), callbacks=[rate])
