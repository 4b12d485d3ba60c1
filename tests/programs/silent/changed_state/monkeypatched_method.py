# silent: KER003 KER004 KER011: fit and an optimizer are wrapped so that they take the old names
import functools

import keras
import numpy as np

old_fit = keras.Model.fit


def fit(self, *args, nb_epoch=None, **kwargs):
    if nb_epoch:
        kwargs["epochs"] = nb_epoch
    return old_fit(self, *args, **kwargs)


keras.Model.fit = fit
plain = keras.optimizers.Adam
keras.optimizers.Adam = lambda lr=1e-3, **kw: plain(learning_rate=lr, **kw)
model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.Adam(lr=0.1), "mse")
keras.Model.fit(model, np.zeros((4, 2)), np.zeros((4, 1)), nb_epoch=1, verbose=0)
