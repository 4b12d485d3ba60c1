# silent: KER001 KER002: initializers, regularizers and activations are modules of keras, whatever star follows
from keras import activations, constraints, initializers, regularizers
from keras.callbacks import *
from keras.losses import *
from keras.layers import *

layer = Dense(
    3,
    activation=activations.relu,
    kernel_initializer=initializers.get("zeros"),
    kernel_regularizer=regularizers.l2(0.1),
    kernel_constraint=constraints.MaxNorm(2),
)
