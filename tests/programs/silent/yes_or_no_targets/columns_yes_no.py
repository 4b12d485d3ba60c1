# silent: KER126: more columns that say yes or no: survived, has_..., y_n, subscribed
import pandas as pd
from tensorflow import keras


def read():
    return pd.DataFrame({"age": [1.0, 2.0], "survived": [0, 1], "has_diabetes": [1, 0], "subscribed": [0, 1]})


def net():
    m = keras.Sequential([keras.Input((1,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)])
    m.compile("adam", "mse", metrics=["accuracy"])
    return m


df = read()
titanic = pd.read_csv("titanic.csv") if False else df
for column in ("survived", "has_diabetes"):
    net().fit(df[["age"]].values, df[column].values, verbose=0)
y = titanic.pop("survived")
net().fit(titanic[["age"]].values, y.values, verbose=0)
