# loud: KER103@10: the first compile trains
import keras
import numpy as np
import tensorflow as tf
from keras import layers

net = keras.Sequential(
    [
        keras.Input((5,)),
        layers.Dense(4),
    ]
)
net.compile("sgd", "sparse_categorical_crossentropy")
net.fit(np.random.rand(20, 5), np.random.randint(0, 4, 20))
net.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
net.fit(np.random.rand(20, 5), np.random.randint(0, 4, 20))
