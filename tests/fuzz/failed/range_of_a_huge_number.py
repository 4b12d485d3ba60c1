# No list can be as long: Python int too large to convert to C ssize_t.
import keras


def stacked(inputs, times):
    for _ in range(times):
        inputs = keras.layers.Dense(8)(inputs)
    return inputs


x = stacked(keras.Input((4,)), 10**40)
out = keras.layers.Dense(1, activation="softmax")  # expect: KER101
