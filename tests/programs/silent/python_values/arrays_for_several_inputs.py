# silent: KER511 KER521 KER522: only the first of the arrays has the ids
import keras
import numpy as np


class Recommender(keras.Model):
    def __init__(self):
        super().__init__()
        self.titles = keras.layers.Embedding(30, 8)
        self.score = keras.layers.Dense(1)

    def call(self, inputs):
        ids, age = inputs
        return self.score(keras.ops.mean(self.titles(ids), axis=1) * age)


model = Recommender()
model.compile("adam", "mse")
model.fit([np.random.randint(30, size=(90, 5)), np.random.randn(90, 1)], np.random.rand(90, 1))
