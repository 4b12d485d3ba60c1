# silent: KER521: columns are added to the table and removed from it in place
import numpy as np
import pandas as pd
from keras import Input, Sequential, layers

cars = pd.DataFrame(np.random.rand(300, 7), columns=list("abcdefg"))
cars["price"] = cars["a"] * 3 + cars["b"]
cars.insert(0, "age", 2026 - np.random.randint(2000, 2026, 300))
cars.drop("g", axis=1, inplace=True)
del cars["f"]
weight = cars.pop("e")
y = cars["price"]
x = cars.drop("price", axis=1)

model = Sequential([Input((5,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
model.compile(optimizer="adam", loss="mse")
model.fit(x, y, epochs=5)
