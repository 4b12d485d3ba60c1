# right: one head serves two inputs
import keras
from keras import layers

one, two = keras.Input((6,)), keras.Input((6,))
body = layers.Dense(12, activation="relu")
head = layers.Dense(1)
gap = layers.subtract([head(body(one)), head(body(two))])
model = keras.Model([one, two], layers.Activation("sigmoid")(gap))
model.compile("adam", "binary_crossentropy")
