# silent: KER138: the penalised layer is inside a model inside the model
# options: --extend-select KER138
import keras
from keras import layers

body = keras.Sequential([keras.Input((8,)), layers.Dense(6, "relu", kernel_regularizer=keras.regularizers.L1L2(1e-5, 1e-4))])
full = keras.Sequential([keras.Input((8,)), body, layers.Dense(1, activation="sigmoid")])
full.compile("adam", "binary_crossentropy", metrics=["binary_crossentropy"])
