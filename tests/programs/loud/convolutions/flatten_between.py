# loud: KER301@7: a linear convolution, Flatten, Dense: stays a warning
import keras
from keras import layers

m = keras.Sequential()
m.add(keras.Input((16, 16, 3)))
m.add(layers.Conv2D(32, 3))
m.add(layers.Flatten())
m.add(layers.Dense(5, activation="softmax"))
m.compile("sgd", "categorical_crossentropy")
