# loud: KER001@4: on the right of `or` the attribute is known to be missing
import keras

if hasattr(keras.utils, "np_utils") or keras.utils.np_utils:
    print("old")
