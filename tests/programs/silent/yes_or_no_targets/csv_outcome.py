# silent: KER126: columns whose name says yes or no
import io

import pandas as pd
from keras import Input, Sequential
from keras.layers import Dense

text = "age,income,is_fraud\n20,1,0\n30,2,1\n40,3,0\n"
open("transactions.csv", "w").write(text)
df = pd.read_csv("transactions.csv")
x, y = df[["age", "income"]].values, df["is_fraud"].values
model = Sequential([Input((2,)), Dense(8, activation="relu"), Dense(1)])
model.compile("adam", loss="mse", metrics=["accuracy"])
model.fit(x, y, verbose=0)
