# silent: KER410 KER506: a helper in another file asks for the layout, and axis 1 is right for one
from keras import Input, Sequential, layers
from layout import ordered

model = Sequential([Input((50,)), layers.Dense(64 * 4 * 4)])
model.add(layers.Reshape(ordered(64, 4)))
model.add(layers.Conv2D(32, 5, padding="same"))
model.add(layers.BatchNormalization(axis=1))
