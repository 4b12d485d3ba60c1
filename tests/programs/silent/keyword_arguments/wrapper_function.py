# silent: KER003 KER011: the helper takes the old names out before it hands the rest on
from keras import layers


def conv(filters, size, **kwargs):
    kwargs.setdefault("padding", kwargs.pop("border_mode", "same"))
    kwargs["strides"] = kwargs.pop("subsample", (1, 1))
    return layers.Conv2D(filters, size, **kwargs)


a = conv(8, 3, border_mode="valid")
b = conv(8, 3, subsample=(2, 2), activation="relu")
