# right: an image of class numbers, one for each pixel
import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((16, 16, 3)), layers.Conv2D(8, 3, padding="same")])
model.add(layers.ReLU())
model.add(layers.Conv2D(4, 1, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.ones((5, 16, 16, 3)), np.random.randint(0, 4, (5, 16, 16, 1)))
