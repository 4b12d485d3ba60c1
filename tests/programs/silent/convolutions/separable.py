# silent: KER301: depthwise and pointwise convolution are a factorisation on purpose
import keras
from keras import layers

m = keras.Sequential()
m.add(keras.Input((16, 16, 3)))
m.add(layers.DepthwiseConv2D(3, padding="same"))
m.add(layers.Conv2D(32, 1))
m.add(layers.Activation("relu"))
m.add(layers.Conv2D(32, (1, 7), padding="same"))
m.add(layers.Conv2D(32, (7, 1), padding="same"))
m.add(layers.Activation("relu"))
m.add(layers.GlobalAveragePooling2D())
m.add(layers.Dense(5, activation="softmax"))
m.compile("sgd", "categorical_crossentropy")
