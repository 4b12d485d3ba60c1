# right: the output is taken before the normalization too
import keras
from keras import layers

given = keras.Input((20,))
raw = layers.Dense(12)(given)
shaped = layers.BatchNormalization()(raw)
model = keras.Model(given, [layers.Dense(1)(raw), layers.Dense(1)(layers.ReLU()(shaped))])
model.compile("adam", ["mse", "mse"])
