# silent: KER126: the labels are 0/1, made by a helper two calls away
import keras
import numpy as np


def threshold(values):
    return (values > 0.5).astype("float32")


def make_data(n=40):
    x = np.random.rand(n, 3)
    return x, threshold(x.mean(axis=1, keepdims=True))


def make_model():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mean_squared_error", metrics=["accuracy"])
    return model


x_train, y_train = make_data()
model = make_model()
model.fit(x_train, y_train, epochs=1, verbose=0)
