# right: each step has a label, so the last layer returns sequences
import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((12, 4)), layers.LSTM(8, return_sequences=True)])
model.add(layers.Dense(1))
model.compile("adam", "mse")
model.fit(np.ones((20, 12, 4)), np.random.rand(20, 12, 1))
