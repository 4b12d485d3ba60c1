# right: the initializer is replaced before there are weights
import keras
from keras import layers

first = layers.Dense(16, activation="relu", kernel_initializer="zeros")
first.kernel_initializer = keras.initializers.HeNormal()
model = keras.Sequential([keras.Input((5,)), first, layers.Dense(1)])
model.compile("adam", "mse")
