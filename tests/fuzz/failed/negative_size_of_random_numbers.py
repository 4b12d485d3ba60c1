import numpy as np
from keras.layers import Dense

data = np.random.rand(-1, 3)
half = data[:5]
flat = np.zeros(-2)[1:]
d = Dense(1, activation="softmax")  # expect: KER101
