# loud: KER101@7: the draft's head is in the model that is trained
import keras
import numpy as np
import tensorflow as tf
from keras import layers

draft = keras.Sequential([keras.Input((5,)), layers.Dense(1, activation="softmax")])
net = keras.Sequential([draft, layers.Flatten()])
net.compile("sgd", "mse")
