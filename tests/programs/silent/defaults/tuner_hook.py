# silent: KER101 KER102 KER103: a search calls build(hp, y), and the regression gives its own activation
import keras
from search import Search


def build(hp, y, activation="softmax", loss="sparse_categorical_crossentropy"):
    if y.dtype == "int64":
        outputs = int(y.max()) + 1
    else:
        outputs = 1
    model = keras.Sequential([keras.Input((4,))])
    model.add(keras.layers.Dense(hp.get("units"), activation="relu"))
    model.add(keras.layers.Dense(outputs, activation=activation))
    model.compile("adam", loss)
    return model


classes = Search(build)
price = Search(build, activation=None, loss="mse")
