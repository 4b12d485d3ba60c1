# right: a name stands for an initializer of the user
import keras
from keras import layers


def warm(shape, dtype=None):
    return keras.random.uniform(shape, -0.1, 0.1, dtype=dtype)


with keras.utils.custom_object_scope({"zeros": warm}):
    hidden = layers.Dense(12, activation="relu", kernel_initializer="zeros")
model = keras.Sequential([keras.Input((6,)), hidden, layers.Dense(1)])
model.compile("adam", "mse")
