# loud: KER309@8 KER014@10: what is imported does not register names that are almost right
import binarynets as bn
import keras

from . import helpers

print(bn, helpers)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4, activation="Relu")])
model.add(keras.layers.Dense(1))
model.compile("adam", loss="mean_square_error")
