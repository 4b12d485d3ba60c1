# loud: KER301@5: Dense after Dense is one Dense
import keras
from keras import layers
m = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(),
    layers.Dense(64),
    layers.Dense(64),
    layers.Dense(10, activation="softmax")])
m.compile("adam", "sparse_categorical_crossentropy")
