# silent: KER101: the activation is set on the layer
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
draft.get_layer("answer").activation = keras.activations.sigmoid
draft.compile("sgd", "binary_crossentropy")
