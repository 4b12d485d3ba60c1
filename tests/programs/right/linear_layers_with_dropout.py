# right: dropout between linear layers is not linear while training
import keras
from keras import layers

model = keras.Sequential([keras.Input((50,)), layers.Dense(8), layers.Dropout(0.5)])
model.add(layers.Dense(40, activation="relu"))
model.add(layers.Dense(1))
model.compile("adam", "mse")
