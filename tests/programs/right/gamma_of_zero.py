# right: a gamma of zero is the recipe for the last normalization of a block
import keras
from keras import layers

given = keras.Input((32, 32, 8))
x = layers.Conv2D(8, 3, padding="same", use_bias=False)(given)
x = layers.BatchNormalization(gamma_initializer="zeros")(x)
x = layers.ReLU()(layers.add([x, given]))
model = keras.Model(given, layers.Dense(4, activation="softmax")(layers.Flatten()(x)))
model.compile("adam", "sparse_categorical_crossentropy")
