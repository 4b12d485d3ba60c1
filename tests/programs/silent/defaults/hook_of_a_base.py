# silent: KER101 KER102: the framework calls the method, with what belongs together
import keras
from framework import Experiment


class Mine(Experiment):
    def head(self, x, targets, activation="softmax"):
        n_out = targets.shape[-1] if len(targets.shape) > 1 else 1
        return keras.layers.Dense(n_out, activation=activation)(x)

    def loss(self, activation="softmax"):
        return {"softmax": "categorical_crossentropy", "sigmoid": "binary_crossentropy"}[activation]


if __name__ == "__main__":
    Mine().run()
