# loud: KER103@7: a tape looks at a model that fit trains
import keras
import numpy as np
import tensorflow as tf
from keras import layers

net = keras.Sequential([keras.Input((5,)), layers.Dense(8, activation="relu"), layers.Dense(4)])
net.compile("sgd", "sparse_categorical_crossentropy")
net.fit(np.random.rand(20, 5), np.random.randint(0, 4, 20))
x = tf.ones((1, 5))
with tf.GradientTape() as tape:
    tape.watch(x)
    seen = net(x)
