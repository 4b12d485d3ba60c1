# right: a residual branch that starts at zero is a known recipe
import keras
from keras import layers

given = keras.Input((16,))
x = layers.Dense(16, activation="gelu")(given)
x = layers.Dense(16, kernel_initializer="zeros")(x)
model = keras.Model(given, layers.Dense(1)(layers.add([given, x])))
model.compile("adam", "mse")
