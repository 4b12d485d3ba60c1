# silent: KER001 KER002 KER003 KER011: the star takes only what __all__ names; Dense stays Keras's
from keras.layers import Dense, Input
from helpers import *

model = mlp(3)
layer = Dense(4, activation="relu", kernel_initializer="zeros")
