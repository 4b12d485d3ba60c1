# right: the draft is compiled again before it is trained
import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((6,)), layers.Dense(3)])
model.compile("adam", "sparse_categorical_crossentropy")
model.summary()
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(np.ones((9, 6)), np.arange(9) % 3)
