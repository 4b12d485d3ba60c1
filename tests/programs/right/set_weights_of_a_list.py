# right: set_weights gives a layer new values
import keras
import numpy as np
from keras import layers

hidden = layers.Dense(6, activation="relu", kernel_initializer="ones")
model = keras.Sequential([keras.Input((3,)), hidden, layers.Dense(1)])
hidden.set_weights([np.random.rand(3, 6) - 0.5, np.zeros(6)])
model.compile("sgd", "mae")
