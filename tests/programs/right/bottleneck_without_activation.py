# right: a narrow layer in between restricts the rank on purpose
import keras
from keras import layers

model = keras.Sequential(
    [keras.Input((100,)), layers.Dense(4, use_bias=False), layers.Dense(100, use_bias=False)]
)
model.compile("adam", "mse")
