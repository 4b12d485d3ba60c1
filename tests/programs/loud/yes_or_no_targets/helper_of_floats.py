# loud: KER126@15: the same helper, and the targets are continuous
import keras
import numpy as np


def make_data(n=40):
    x = np.random.rand(n, 3)
    return x, x.sum(axis=1) * 100.0


def make_model():
    model = keras.Sequential([
        keras.Input((3,)), keras.layers.Dense(4, activation="relu"),
        keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mean_squared_error", metrics=["accuracy"])
    return model


x_train, y_train = make_data()
model = make_model()
model.fit(x_train, y_train, epochs=1, verbose=0)
