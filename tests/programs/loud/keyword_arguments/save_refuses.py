# loud: KER011@4: load_weights hands **kwargs on, and save does as well, but fit does not
import keras
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5)])
model.compile("sgd", "mse", losss="mae")
