# right: the second training has the labels that the second loss takes
import keras
import numpy as np
from keras import layers

x, numbers = np.random.rand(50, 8), np.arange(50) % 5
model = keras.Sequential([keras.Input((8,)), layers.Dense(5, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, numbers)
model.compile("sgd", "categorical_crossentropy")
model.fit(x, keras.utils.to_categorical(numbers))
