# loud: KER101@7: a number cannot be changed by the function that gets it
import keras
from mylib import configure

units = 1
configure(units)
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
