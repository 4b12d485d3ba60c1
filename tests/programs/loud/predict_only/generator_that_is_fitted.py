# loud: KER105@5: this tanh model is no part of another and is fitted
import keras
import numpy as np
from keras import layers
g = keras.Sequential([keras.Input((10,)), layers.Dense(64, activation="relu"), layers.Dense(20, activation="tanh")])
d = keras.Sequential([keras.Input((20,)), layers.Dense(64, activation="relu"), layers.Dense(1, activation="sigmoid")])
g.compile(loss="binary_crossentropy", optimizer="SGD")
d.compile(loss="binary_crossentropy", optimizer="SGD")
g.fit(np.random.rand(8, 10), np.random.randint(0, 2, (8, 20)), verbose=0)
d.predict(g.predict(np.zeros((2, 10))))
