# right: an output layer may start at zero
import keras
from keras import layers

model = keras.Sequential([keras.Input((20,)), layers.Dense(32, activation="relu")])
model.add(layers.Dense(1, kernel_initializer="zeros"))
model.compile("adam", "mse")
