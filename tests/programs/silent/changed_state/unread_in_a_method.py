# silent: KER101: self.names is given away in one method and counted in another
import keras
from mylib import fill


class Reader:
    def __init__(self):
        self.names = []
        self.read()

    def read(self):
        fill(self.names)

    def build(self):
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(self.names) + 1, activation="softmax")])


Reader().build()
