# silent: KER103: the weight of the output comes to 0
import keras
import numpy as np
import tensorflow as tf
from keras import layers

given = keras.Input((5,))
first = layers.Dense(1, name="first")(given)
second = layers.Dense(3, name="second")(given)
net = keras.Model(given, [first, second])
shares = {"first": 1.0}
shares["second"] = 0.0
net.compile(
    "sgd", {"first": "mse", "second": "categorical_crossentropy"}, loss_weights=shares
)
