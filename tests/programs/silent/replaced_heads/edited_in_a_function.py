# silent: KER101: a function edits the configuration
import keras
import numpy as np
import tensorflow as tf
from keras import layers

draft = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(8, activation="relu"),
        layers.Dense(1, activation="softmax", name="answer"),
    ]
)
def yes_or_no(settings):
    settings["layers"][-1]["config"]["activation"] = "sigmoid"
    return settings


net = keras.Sequential.from_config(yes_or_no(draft.get_config()))
net.compile("sgd", "binary_crossentropy")
