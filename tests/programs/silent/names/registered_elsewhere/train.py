# silent: KER309 KER014: the import registers both
import keras
import shapes_of_noise

print(shapes_of_noise.__doc__)
model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4, activation="hat")])
model.add(keras.layers.Dense(1))
model.compile("adam", loss="noise")
