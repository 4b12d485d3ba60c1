# silent: KER126: yes/no mapped to 1/0 in a function that cleans the table
import pandas as pd
from keras import Input, Sequential
from keras.layers import Dense


def clean(frame):
    frame = frame.dropna()
    frame["churn"] = frame["churn"].map({"yes": 1, "no": 0})
    return frame.drop(columns="churn").to_numpy("float32"), frame["churn"].to_numpy("float32")


x, y = clean(pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.5], "churn": ["yes", "no", "no"]}))
model = Sequential([Input((2,)), Dense(8, activation="relu"), Dense(1, activation="linear")])
model.compile("adam", loss="mae", metrics=["acc"])
model.fit(x, y, verbose=0)
