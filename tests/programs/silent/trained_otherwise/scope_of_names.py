# silent: KER103: the name is that of an object of the user
import keras
import numpy as np
import tensorflow as tf
from keras import layers

loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
with keras.utils.custom_object_scope({"sparse_categorical_crossentropy": loss}):
    net = keras.Sequential(
        [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(4)]
    )
    net.compile("sgd", "sparse_categorical_crossentropy")
