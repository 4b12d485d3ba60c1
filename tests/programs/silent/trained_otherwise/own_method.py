# silent: KER004: the model gets the method that Keras has no more
import keras
import numpy as np
import tensorflow as tf
from keras import layers

import types


def classes(self, x):
    return self.predict(x).argmax(axis=-1)


net = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation="softmax")])
net.predict_classes = types.MethodType(classes, net)
print(net.predict_classes(np.ones((2, 5))))
