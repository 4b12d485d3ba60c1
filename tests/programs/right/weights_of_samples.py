# right: labels out of range have a weight of zero
import keras
import numpy as np
from keras import layers

labels = np.array([0, 1, -1, 1, 0, -1])
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(np.ones((6, 4)), labels, sample_weight=np.where(labels < 0, 0.0, 1.0))
