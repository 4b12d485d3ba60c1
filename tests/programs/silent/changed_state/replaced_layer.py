# silent: KER003 KER011 KER101: keras.layers.Dense is another thing from here on
import keras


class Mine(keras.layers.Dense):
    def __init__(self, output_dim, init="zeros", **kwargs):
        super().__init__(output_dim + 3, kernel_initializer=init, **kwargs)


keras.layers.Dense = Mine
m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(output_dim=1, init="uniform", activation="softmax")])
