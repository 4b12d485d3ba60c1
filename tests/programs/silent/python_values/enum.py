# silent: KER101: members of an Enum, auto(), and iteration over them
import enum

import keras


class Species(enum.Enum):
    SETOSA = enum.auto()
    VIRGINICA = enum.auto()
    VERSICOLOR = enum.auto()
    IRIS = VERSICOLOR


class Size(enum.IntEnum):
    ONE = 1
    MANY = 12


m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(len(Species), activation="softmax")])
n = keras.Sequential([keras.Input((4,)), keras.layers.Dense(Size.MANY, activation="softmax")])
k = keras.Sequential([keras.Input((4,)), keras.layers.Dense(Species.IRIS.value, activation="softmax")])
