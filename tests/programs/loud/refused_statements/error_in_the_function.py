# loud: KER101@7: the rest of the function is read
import keras


def build():
    (rate): float = 0.1
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="softmax")])
