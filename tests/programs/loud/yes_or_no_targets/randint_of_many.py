# loud: KER126@9: whole numbers up to a hundred, not 0 and 1
import keras
import numpy as np


def train(labels):
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5, activation="relu"),
                            keras.layers.Dense(1)])
    net.compile("sgd", "mse", metrics=["accuracy"])
    net.fit(np.zeros((len(labels), 2)), labels, verbose=0)
    return net


train(np.random.randint(0, 100, (10, 1)))
