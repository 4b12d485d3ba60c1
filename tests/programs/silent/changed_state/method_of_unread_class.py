# silent: KER101 KER126: an unread base class, and a method of an unread object that gets self
import keras
from mylib import Base, engine


class Trainer(Base):
    def __init__(self):
        self.units = 1
        super().__init__()
        self.model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(self.units, activation="softmax")])


class Plain:
    def __init__(self):
        self.units = 1
        engine.setup(self)
        self.model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(self.units, activation="softmax")])


Trainer()
Plain()
