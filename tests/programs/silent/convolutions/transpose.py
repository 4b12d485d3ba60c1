# silent: KER301: a decoder with conv after transposed conv
import keras
from keras import layers

x = inp = keras.Input((8, 8, 16))
for filters in (16, 8):
    x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.Activation("relu")(x)
x = layers.Conv2D(3, 1, activation="sigmoid")(x)
model = keras.Model(inp, x)
model.compile("adam", "binary_crossentropy")
