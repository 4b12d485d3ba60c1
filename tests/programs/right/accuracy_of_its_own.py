# right: accuracy is a function of the program
import keras
import numpy as np
from keras import layers, ops


def accuracy(y_true, y_pred):
    return ops.mean(ops.cast(ops.abs(y_true - y_pred) < 0.1, "float32"))


model = keras.Sequential([keras.Input((5,)), layers.Dense(9, "relu"), layers.Dense(1)])
model.compile("adam", "mse", metrics=[accuracy])
model.fit(np.ones((30, 5)), np.linspace(-4, 9, 30).reshape(-1, 1))
