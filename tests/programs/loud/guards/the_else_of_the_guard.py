# loud: KER001@4: the use stands behind a hasattr that said no
import keras

utils = not hasattr(keras.utils, "np_utils") and keras.utils.np_utils
