# loud: KER132@23 KER521@24 KER521@28 KER521@31: one column or one class too few
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
df["class"] = df["kind"].map({"low": 1, "middle": 2, "high": 3})
df.drop("kind", axis=1, inplace=True)
x_train, x_test, y_train, y_test = train_test_split(
    df.drop(columns="class"), df["class"], test_size=0.2
)
network(4, 3, "softmax", "sparse_categorical_crossentropy").fit(x_train, y_train)
network(5, 4, "softmax", "sparse_categorical_crossentropy").fit(x_train, y_train)

passed = df.copy()
answers = (passed.pop("score") > 0.5).astype(int)
network(5, 1, "sigmoid", "binary_crossentropy").fit(passed, answers)

features = [name for name in df.columns if name != "class"]
network(5, 1, None, "mse").fit(df[features], df["score"])
