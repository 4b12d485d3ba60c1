# silent: KER001 KER002 KER004: all(), a nested if, and the else of a negated guard
import keras
import numpy as np

utils = keras.utils
if not hasattr(utils, "np_utils"):
    one_hot = utils.to_categorical
else:
    one_hot = utils.np_utils.to_categorical
if utils:
    if hasattr(utils, "generic_utils"):
        Progbar = utils.generic_utils.Progbar
    else:
        Progbar = utils.Progbar
shape = (np_utils := getattr(utils, "np_utils", None)) and utils.np_utils.to_categorical([1], 2)
count = len([1 for _ in range(2) if hasattr(utils, "np_utils") and utils.np_utils])
print(one_hot([0], 2), shape, count)
