import numpy as np
import keras
from keras import layers as L

__all__ = ["mlp"]


def mlp(n):
    return keras.Sequential([keras.Input((4,)), L.Dense(8, activation="relu"), L.Dense(n)])


def Dense(*args, nb_epoch=1):
    return None
