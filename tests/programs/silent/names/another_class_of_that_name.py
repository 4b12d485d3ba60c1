# silent: KER011 KER003: only layers of one's own get the argument
import keras


class Attention(keras.layers.Layer):
    def __init__(self, with_scores=False, **kwargs):
        super().__init__(**kwargs)
        self.with_scores = with_scores


def made(kind, **options):
    if kind is Attention:
        options["with_scores"] = True
    if kind is not keras.layers.Input:
        options.setdefault("dtype", "float32")
    else:
        options["shape"] = (8,)
    if kind == keras.layers.Convolution2D:
        options["kernel_size"] = 3
    return kind(**options)


made(keras.layers.Input, name="ids")
made(keras.layers.Conv2D, filters=8)
made(Attention)
