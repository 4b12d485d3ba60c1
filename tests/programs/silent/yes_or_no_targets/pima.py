# silent: KER126: the file of the Pima diabetes data ends in a column of 0 and 1
from numpy import loadtxt
from keras.layers import Dense, Input
from keras.models import Sequential

open("pima-indians-diabetes.csv", "w").write("6,148,72,35,0,33.6,0.627,50,1\n1,85,66,29,0,26.6,0.351,31,0\n")
dataset = loadtxt("pima-indians-diabetes.csv", delimiter=",")
X, y = dataset[:, 0:8], dataset[:, 8]
model = Sequential([Input((8,)), Dense(12, activation="relu"), Dense(1, activation="sigmoid")])
model.compile(loss="mse", optimizer="adam", metrics=["accuracy"])
model.fit(X, y, epochs=1, verbose=0)
