# loud: KER103@7: the copy has its weights set, and its loss is asked for
import keras
import numpy as np
from keras import layers
x, y = np.random.rand(12, 8), np.eye(3)[np.arange(12) % 3]
full = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
copy = keras.Sequential([keras.Input((8,)), layers.Dense(3)])
copy.set_weights(full.get_weights())
copy.compile(loss="categorical_crossentropy", optimizer="sgd")
print(copy.evaluate(x, y, verbose=0))
