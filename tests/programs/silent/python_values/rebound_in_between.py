# silent: KER101 KER102 KER103: conditions whose names are bound again, in a function and with a walrus
import keras
from somewhere import read


def build(mode):
    n = 1 if mode == "binary" else 10
    mode = read("mode")
    act = "sigmoid" if mode == "binary" else "softmax"
    if n == 1:
        act = "sigmoid"
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation=act)])


build(read("a"))
if kind := read("kind"):
    units = 1
else:
    units = 5
kind = units > 1
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax" if kind else "sigmoid")])
