# silent: KER101 KER102 KER103: units and activation come from one command line, the arms exclude each other
import argparse

import keras
from keras import layers


def build(units=1, task="binary"):
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu")])
    if task == "binary":
        model.add(layers.Dense(units, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy")
    elif task == "classes":
        model.add(layers.Dense(units, activation="softmax"))
        model.compile("adam", "categorical_crossentropy")
    else:
        model.add(layers.Dense(units))
        model.compile("adam", "mse")
    return model


parser = argparse.ArgumentParser()
parser.add_argument("--classes", type=int, default=10)
args = parser.parse_args([])
if args.classes == 2:
    net = build()
else:
    net = build(args.classes, "classes")
