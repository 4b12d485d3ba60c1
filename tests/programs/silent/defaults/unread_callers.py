# silent: KER101 KER102: a plug-in: the callers are elsewhere, and the two defaults do not go together
import registry
from tensorflow.keras import Input, Sequential
from tensorflow.keras.layers import Dense


@registry.register("mlp")
def mlp(width, n_classes=1, binary=None):
    if binary is None:
        binary = n_classes <= 2
    model = Sequential([Input((width,)), Dense(32, activation="relu")])
    if binary:
        model.add(Dense(1, activation="sigmoid"))
        model.compile("adam", "binary_crossentropy")
    else:
        model.add(Dense(n_classes, activation="softmax"))
        model.compile("adam", "sparse_categorical_crossentropy")
    return model


if __name__ == "__main__":
    mlp(4)
    mlp(4, 3)
