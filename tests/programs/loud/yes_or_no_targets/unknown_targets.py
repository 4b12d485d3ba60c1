# loud: KER126@7: a target that is unknown, with a linear head and mse
import numpy as np
from keras import Input, Sequential
from keras.layers import Dense
data = np.load("measurements.npy") if False else np.random.rand(9, 4)
model = Sequential([Input((3,)), Dense(8, activation="relu"), Dense(1)])
model.compile("adam", loss="mse", metrics=["accuracy"])
model.fit(data[:, :3], data[:, 3], verbose=0)
