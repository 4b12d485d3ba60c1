# right: a table decides which head a task gets
import keras
from keras import layers

HEADS = {
    "number": ({"units": 1}, "mse"),
    "yes_no": ({"units": 1, "activation": "sigmoid"}, "binary_crossentropy"),
    "classes": ({"units": 6, "activation": "softmax"}, "sparse_categorical_crossentropy"),
}


def make(task):
    head, loss = HEADS[task]
    model = keras.Sequential([keras.Input((9,)), layers.Dense(12, "relu"), layers.Dense(**head)])
    model.compile("adam", loss)
    return model


models = [make(task) for task in HEADS]
