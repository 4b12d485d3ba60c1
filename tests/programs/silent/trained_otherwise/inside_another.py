# silent: KER103: a model around it adds the softmax
import keras
import numpy as np
import tensorflow as tf
from keras import layers

net = keras.Sequential(
    [keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(4)]
)
net.compile("sgd", "sparse_categorical_crossentropy")
whole = keras.Sequential([net, layers.Softmax()])
whole.compile("sgd", "sparse_categorical_crossentropy")
whole.fit(np.random.rand(20, 5), np.random.randint(0, 4, 20))
