# loud: KER126@13: the labels are 0 and 1 for one model, prices for the other
import keras
import numpy as np


def net(metric):
    m = keras.Sequential([keras.Input((2,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    m.compile("adam", "mse", metrics=[metric])
    return m


net("mae").fit(np.zeros((4, 2)), np.random.randint(0, 2, 4), verbose=0)
net("accuracy").fit(np.zeros((4, 2)), np.random.rand(4) * 9, verbose=0)
