# loud: KER126@9: the name of the column says a number
import pandas as pd
from keras import Input, Sequential
from keras.layers import Dense

df = pd.read_csv("houses.csv")
x, y = df[["age", "rooms"]].values, df["price"].values
model = Sequential([Input((2,)), Dense(8, activation="relu"), Dense(1)])
model.compile("adam", loss="mse", metrics=["accuracy"])
model.fit(x, y, verbose=0)
