# right: on JAX nothing is recovered from a softmax, and nothing is lost
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras
from keras import layers

model = keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
model.compile("adam", keras.losses.CategoricalCrossentropy())
