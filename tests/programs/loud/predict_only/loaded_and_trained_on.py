# loud: KER103@9: weights are loaded, and then it is fitted
import keras
import numpy as np
from keras import layers


model = keras.Sequential([keras.Input((12,)), layers.Dense(32, activation="relu"), layers.Dense(5)])
model.save_weights("w.weights.h5")
net = keras.Sequential([keras.Input((12,)), layers.Dense(32, activation="relu"), layers.Dense(5)])
net.load_weights("w.weights.h5")
net.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
net.fit(np.zeros((10, 12)), np.zeros((10,)), verbose=0)
