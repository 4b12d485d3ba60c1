# silent: KER003 KER011: functools.partial and **kwargs of a class of one's own
import functools
import keras


class Checkpoint(keras.callbacks.ModelCheckpoint):
    def __init__(self, filepath, period=1, **kwargs):
        super().__init__(filepath, **kwargs)
        self.period = period


every = functools.partial(Checkpoint, save_best_only=True)
cb = every("m.keras", period=5, monitor="loss")
