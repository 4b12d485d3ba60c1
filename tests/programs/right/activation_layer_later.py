# right: the activation is a layer of its own
import keras
from keras import layers

model = keras.Sequential([keras.Input((6,)), layers.Dense(16), layers.LeakyReLU(), layers.Dense(5)])
model.add(layers.Activation("softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
