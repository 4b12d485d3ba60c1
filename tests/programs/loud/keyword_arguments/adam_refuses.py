# loud: KER003@5: Adam takes **kwargs, and refuses lr
import keras

good = keras.optimizers.Adam(learning_rate=1e-3, clipnorm=1.0)
opt = keras.optimizers.Adam(lr=1e-3, clipnorm=1.0)
