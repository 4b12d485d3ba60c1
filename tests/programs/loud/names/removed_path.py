# loud: KER001@3 KER001@4: a star does not make a removed module exist
from keras.models import *
from keras.layers.core import Dense
from keras.utils.np_utils import to_categorical
d = Dense(3)
