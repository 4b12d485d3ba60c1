# silent: KER101: the last layer is made anew from an edited configuration
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
settings = draft.get_layer("answer").get_config()
settings["activation"] = "sigmoid"
net = keras.Sequential([*draft.layers[:-1], layers.Dense.from_config(settings)])
net.compile("sgd", "binary_crossentropy")
