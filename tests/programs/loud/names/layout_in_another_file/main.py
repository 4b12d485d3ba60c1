# loud: KER410@8: nobody asks for the layout, so the channels are on the last axis
from keras import Input, Sequential, layers
from layout import ordered

model = Sequential([Input((50,)), layers.Dense(64 * 4 * 4)])
model.add(layers.Reshape(ordered(64, 4)))
model.add(layers.Conv2D(32, 5, padding="same"))
model.add(layers.BatchNormalization(axis=1))
