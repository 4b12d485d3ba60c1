# silent: KER126: np.where, comparison and concatenated ones and zeros, each returned by a function
import keras
import numpy as np


def signs(values):
    return np.where(values > 0, 1, 0)


def blocks(n):
    return np.concatenate([np.ones(n), np.zeros(n)])


def coin(n):
    return np.random.binomial(1, 0.5, size=(n,))


def train(labels):
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(5, activation="relu"), keras.layers.Dense(1)])
    net.compile("sgd", "mse", metrics=["accuracy"])
    net.fit(np.zeros((len(labels), 2)), labels, verbose=0)
    return net


train(signs(np.random.randn(10)))
train(blocks(5))
train(coin(10))
