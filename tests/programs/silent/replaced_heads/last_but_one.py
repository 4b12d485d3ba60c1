# silent: KER101: the head is left out of the model that is trained
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
last = layers.Dense(1, activation="sigmoid")(draft.layers[-2].output)
net = keras.Model(draft.inputs, last)
net.compile("sgd", "binary_crossentropy")
