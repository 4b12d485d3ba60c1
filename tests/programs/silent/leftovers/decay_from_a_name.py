# silent: KER003 KER005 KER011: the zero has a name, and comes through a default
import keras

DECAY = 0.0
CONFIG = {"lr": 1e-3, "decay": 0.0}


def optimizer(rate, decay=0.0):
    return keras.optimizers.Adam(learning_rate=rate, decay=decay)


a = optimizer(1e-3)
b = keras.optimizers.SGD(CONFIG["lr"], decay=CONFIG["decay"])
c = keras.optimizers.Nadam(1e-3, decay=DECAY)
