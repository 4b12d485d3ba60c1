# silent: KER521 KER132 KER133 KER134 KER135: as many columns and classes as the models take
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from tensorflow import keras
from tensorflow.keras import layers


def network(columns, units, activation, loss):
    model = keras.Sequential([keras.Input((columns,)), layers.Dense(16, activation="relu")])
    model.add(layers.Dense(units, activation=activation))
    model.compile(optimizer="adam", loss=loss)
    return model


df = pd.DataFrame(np.random.rand(300, 4), columns=["age", "height", "weight", "score"])
df["kind"] = ["low", "middle", "high"] * 100
df["class"] = df["kind"].map({"low": 0, "middle": 1, "high": 2})
df.drop("kind", axis=1, inplace=True)
df["ratio"] = df["height"] / df["weight"]
df.insert(0, "id", range(300))
x_train, x_test, y_train, y_test = train_test_split(
    df.drop(columns=["class", "id"]), df["class"], test_size=0.2
)
network(5, 3, "softmax", "sparse_categorical_crossentropy").fit(x_train, y_train)

passed = df.copy()
passed["passed"] = np.where(passed["score"] > 0.5, 1, 0)
answers = passed.pop("passed")
network(7, 1, "sigmoid", "binary_crossentropy").fit(passed, answers)
del passed["id"]
network(6, 1, "sigmoid", "binary_crossentropy").fit(passed.values, answers.values)

features = [name for name in df.columns if name not in ("id", "class")]
network(5, 1, None, "mse").fit(df[features], df["score"])
spread = pd.get_dummies(df["class"])
network(5, 3, "softmax", "categorical_crossentropy").fit(df[features], spread)


def engineered(table):
    table["sum"] = table[["age", "height"]].sum(axis=1)
    return table


network(8, 1, None, "mse").fit(engineered(df), df["score"])

# What other code does to a frame is not known.
from preparation import clean

other = pd.DataFrame(np.random.rand(50, 3), columns=["a", "b", "y"])
clean(other)
network(7, 1, None, "mse").fit(other.drop("y", axis=1), other["y"])
for name in open("names.txt"):
    df[name] = 0
network(40, 1, None, "mse").fit(df, df["score"])
