# right: one-hot rows are given back
import keras
import numpy as np
from keras import layers

rows = keras.utils.to_categorical(np.arange(60) % 6, 6)
model = keras.Sequential([keras.Input((6,)), layers.Dense(3, "relu"), layers.Dense(6, "sigmoid")])
model.compile("adam", "mse")
model.fit(rows, rows)
