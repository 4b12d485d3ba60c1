# right: the list of layers is changed before the model is made
import keras
from keras import layers

parts = [keras.Input((10,)), layers.Dense(20, activation="relu"), layers.Dense(1, "softmax")]
parts[-1] = layers.Dense(1, "sigmoid")
model = keras.Sequential(parts)
model.compile("adam", "binary_crossentropy")
