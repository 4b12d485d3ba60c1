# silent: KER001 KER002: a shim is put into sys.modules before the old import
import sys
import types

import keras

shim = types.ModuleType("keras.utils.np_utils")
shim.to_categorical = keras.utils.to_categorical
sys.modules["keras.utils.np_utils"] = shim
keras.utils.np_utils = shim
from keras.utils.np_utils import to_categorical

print(to_categorical([0, 1], 2), keras.utils.np_utils.to_categorical([1], 3))
