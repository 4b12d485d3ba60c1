# loud: KER003@7 KER004@13: the handlers take other exceptions
import keras
import numpy as np


try:
    layer = keras.layers.Dense(3, init="uniform")
except FileNotFoundError:
    layer = keras.layers.Dense(3)

model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
try:
    answer = model.predict_classes(np.zeros((1, 2)))
except (KeyError, OSError):
    answer = None
