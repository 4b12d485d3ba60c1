# silent: KER000 KER101: inside a function and a class, in a branch
import keras


class Builder:
    width = 1

    def build(self, several):
        n = 1
        if several:
            (n): int = 5
        act = "softmax" if several else "sigmoid"
        (self.width): int = n
        return keras.Sequential([keras.Input((3,)), keras.layers.Dense(n, activation=act)])


Builder().build(True)
Builder().build(False)
