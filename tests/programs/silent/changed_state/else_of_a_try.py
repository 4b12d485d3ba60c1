# silent: KER101 KER102 KER003: the else of a try whose body raises is not reached
import keras

n = 5
try:
    int("many")
except ValueError:
    pass
else:
    n = 1
    keras.layers.Dense(output_dim=3)


def fail(text):
    raise RuntimeError(text)


try:
    fail("no data")
    n = 1
except RuntimeError:
    m = keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
