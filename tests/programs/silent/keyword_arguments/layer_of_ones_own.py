# silent: KER003 KER011: a layer that takes **kwargs and uses some of them itself
import keras


class Gated(keras.layers.Dense):
    def __init__(self, units, **kwargs):
        self.gate = kwargs.pop("gate", "sigmoid")
        self.nb_epoch = kwargs.pop("nb_epoch", 1)
        super().__init__(units, **kwargs)


layer = Gated(8, gate="tanh", nb_epoch=3, activation="relu", name="prefiltered")
