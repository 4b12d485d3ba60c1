# loud: KER101@8: the flag is not bound again between the two conditions
import keras
from somewhere import read

binary = read("binary")
units = 1 if binary else 10
act = "softmax" if binary else "sigmoid"
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=act)])
