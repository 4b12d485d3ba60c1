# silent: KER101 KER003 KER004: behind sys.exit at module level nothing runs
import sys

import keras

m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
m.compile("adam", "categorical_crossentropy")
sys.exit(0)
old = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
old.compile(keras.optimizers.Adam(lr=0.1), "mse")
old.fit(None, nb_epoch=3)
