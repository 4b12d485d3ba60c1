# loud: KER126@8: scikit-learn's diabetes is a regression
import keras
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
d = load_diabetes()
x, x_test, y, y_test = train_test_split(d.data, d.target)
model = keras.Sequential([keras.Input((10,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
model.compile("rmsprop", "mse", metrics=["accuracy"])
model.fit(x, y, verbose=0)
