# silent: KER126: XOR, with its table in a class
import numpy as np
from tensorflow.keras.layers import Dense, Input
from tensorflow.keras.models import Sequential


class Xor:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")

    @property
    def y(self):
        return np.array([[0], [1], [1], [0]], "float32")


data = Xor()
model = Sequential([Input((2,)), Dense(16, activation="relu"), Dense(1)])
model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
model.fit(data.x, data.y, epochs=1, verbose=0)
