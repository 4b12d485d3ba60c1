# silent: KER126: the class makes its labels with a comparison and fits in another method
import keras
import numpy as np


class Study:
    def __init__(self, n=30):
        self.x = np.random.randn(n, 2)
        self.y = self.label(self.x)
        self.model = self.make()

    @staticmethod
    def label(x):
        return (x[:, 0] * x[:, 1] > 0).astype(int)

    def make(self):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(6, activation="tanh"), keras.layers.Dense(1)])
        model.compile("adam", "mse", metrics=["accuracy"])
        return model

    def run(self):
        return self.model.fit(self.x, self.y, verbose=0)


Study().run()
