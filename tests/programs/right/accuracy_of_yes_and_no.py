# right: least squares on 0 and 1, and the share of right answers
import keras
import numpy as np
from keras import layers

y = (np.random.rand(50) > 0.3).astype("float32")
model = keras.Sequential([keras.Input((5,)), layers.Dense(9, "relu"), layers.Dense(1, "sigmoid")])
model.compile("adam", "mse", metrics=["accuracy"])
model.fit(np.random.rand(50, 5), y)
