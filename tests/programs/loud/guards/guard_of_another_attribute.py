# loud: KER001@4: the left side asks for another attribute
import keras

to_cat = hasattr(keras.utils, "to_categorical") and keras.utils.np_utils.to_categorical
