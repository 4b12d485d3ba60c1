# right: a constraint keeps what the layers do apart
import keras
from keras import layers

model = keras.Sequential([keras.Input((30,))])
model.add(layers.Dense(12, kernel_constraint=keras.constraints.UnitNorm()))
model.add(layers.Dense(3, kernel_constraint=keras.constraints.NonNeg()))
model.compile("adam", "mse")
