# The rows after the continuation were one too low.
import keras

\
size = 1
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(size, activation="softmax")])  # expect: KER101
