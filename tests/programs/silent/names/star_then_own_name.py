# silent: KER001 KER002 KER003 KER011: the name is bound by the program after the star
from tensorflow.keras.layers import *
from tensorflow.keras import backend as K


def merge(parts, mode="sum"):
    return Add()(parts) if mode == "sum" else Concatenate()(parts)


class Merge:
    def __init__(self, mode):
        self.mode = mode


a = Input((3,))
b = Input((3,))
c = merge([a, b], mode="concat")
d = Merge("sum")
print(K.int_shape(c) if hasattr(K, "int_shape") else c.shape)
