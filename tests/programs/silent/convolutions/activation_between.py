# silent: KER301: activations given by position, by object, by Lambda and by a wrapper
import keras
from keras import layers

m = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(8, 3, 1, "same", None, 1, 1, "relu"),
    layers.Conv2D(8, 3, activation=keras.activations.gelu),
    layers.Flatten(),
    layers.Dense(32, keras.ops.relu),
    layers.Dense(16),
    layers.Lambda(lambda t: keras.ops.maximum(t, 0.1 * t)),
    layers.Dense(10, activation="softmax"),
])
m.compile("adam", "sparse_categorical_crossentropy")
