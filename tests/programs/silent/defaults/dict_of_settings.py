# silent: KER101 KER102: a table of settings, each row with both values
import keras

SETTINGS = {
    "spam": dict(units=1, activation="sigmoid", loss="binary_crossentropy"),
    "digits": dict(units=10, activation="softmax", loss="sparse_categorical_crossentropy"),
    "price": dict(units=1, activation=None, loss="mse"),
}


def build(units=1, activation="sigmoid", loss="binary_crossentropy"):
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(8, activation="relu")])
    model.add(keras.layers.Dense(units, activation=activation))
    model.compile("adam", loss)
    return model


models = {name: build(**row) for name, row in SETTINGS.items()}
