# silent: KER101: pop takes the last, popitem the last pair
import keras

sizes = [1, 8]
n = sizes.pop()
table = {"a": 1, "b": 6}
_, k = table.popitem()
keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation="softmax")])
keras.Sequential([keras.Input((4,)), keras.layers.Dense(k, activation="softmax")])
