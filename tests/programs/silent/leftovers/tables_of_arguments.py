# silent: KER003 KER005 KER011: harmless leftovers through **kwargs and partial
from functools import partial

import keras

opts = {"learning_rate": 1e-3, "beta_1": 0.9, "decay": 0.0}
adam = keras.optimizers.Adam(**opts)
embedding = partial(keras.layers.Embedding, output_dim=8, input_length=30)
layer = embedding(100)
plateau = keras.callbacks.ReduceLROnPlateau(**{"monitor": "loss", "epsilon": 1e-4})
