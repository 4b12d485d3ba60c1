# loud: KER101@6: no decorator here, one call with 1
import keras


def build(n, activation="softmax"):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(n, activation=activation)])


build(1)
build(5)
