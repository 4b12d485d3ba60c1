# silent: KER103: a helper compiles again before it trains
import keras
import numpy as np
import tensorflow as tf
from keras import layers

net = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(4)]
)
net.compile("sgd", "sparse_categorical_crossentropy")
def train(model, x, y):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss)
    model.fit(x, y)


train(net, np.random.rand(20, 5), np.random.randint(0, 4, 20))
