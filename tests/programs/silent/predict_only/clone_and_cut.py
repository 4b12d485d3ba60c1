# silent: KER103 KER104 KER105: cut off behind a hidden layer by popping the head, then only predict
import keras
import numpy as np

full = keras.Sequential()
full.add(keras.Input((6,)))
full.add(keras.layers.Dense(10, activation="tanh"))
full.add(keras.layers.Dense(4, activation="softmax"))
full.compile("adam", "sparse_categorical_crossentropy")
full.fit(np.random.rand(8, 6), np.random.randint(0, 4, 8), verbose=0)

cut = keras.Sequential([keras.Input((6,))])
for layer in full.layers[:-1]:
    cut.add(layer)
cut.compile("adam", "sparse_categorical_crossentropy")
embedding = cut.predict(np.random.rand(3, 6), verbose=0)
