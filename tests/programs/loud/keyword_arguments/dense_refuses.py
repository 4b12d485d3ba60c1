# loud: KER011@5 KER011@6: Dense takes **kwargs and Layer refuses what it does not know
import keras

layer = keras.layers.Dense(4, activation="relu")
keras.layers.Dense(4, activaton="relu")
keras.layers.Conv2D(4, 3, paddin="same")
