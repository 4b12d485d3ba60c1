# right: the activation of the last layer is an attribute
import keras
from keras import layers

model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(4)])
model.layers[-1].activation = keras.activations.softmax
model.compile("adam", "sparse_categorical_crossentropy")
