# right: a frozen normalization keeps its averages
import keras
from keras import layers

given = keras.Input((20,))
x = layers.Dense(12)(given)
frozen = layers.BatchNormalization()
frozen.trainable = False
model = keras.Model(given, layers.Dense(1)(layers.ReLU()(frozen(x))))
model.compile("adam", "mse")
