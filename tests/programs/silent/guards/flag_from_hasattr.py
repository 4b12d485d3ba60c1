# silent: KER001 KER002: the guard has a name
import keras

HAS_NP_UTILS = hasattr(keras.utils, "np_utils")
if HAS_NP_UTILS:
    to_categorical = keras.utils.np_utils.to_categorical
else:
    to_categorical = keras.utils.to_categorical
print(to_categorical([0, 1], 2))
