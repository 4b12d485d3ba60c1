# silent: KER003 KER011: fit of a subclass takes what its own fit takes, and keeps it
import keras
import numpy as np


class Timed(keras.Sequential):
    def fit(self, *args, nb_epoch=None, note="", **kwargs):
        self.note = note
        if nb_epoch is not None:
            kwargs["epochs"] = nb_epoch
        return super().fit(*args, **kwargs)


m = Timed([keras.Input((2,)), keras.layers.Dense(1)])
m.compile("sgd", "mse")
m.fit(np.zeros((4, 2)), np.zeros((4, 1)), nb_epoch=2, note="first", verbose=0)
