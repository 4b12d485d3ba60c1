# loud: KER102@9: one row of the table has one unit under categorical_crossentropy
import keras

ROWS = {"a": (1, "sigmoid", "binary_crossentropy"), "b": (1, "sigmoid", "categorical_crossentropy")}


def build(units=4, activation="softmax", loss="categorical_crossentropy"):
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(8, activation="relu")])
    model.add(keras.layers.Dense(units, activation=activation))
    model.compile("adam", loss)
    return model


build(*ROWS["a"])
build(*ROWS["b"])
