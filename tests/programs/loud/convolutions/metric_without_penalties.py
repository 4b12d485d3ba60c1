# loud: KER138@6: no penalties, so the metric says the loss again
# options: --extend-select KER138
import keras
from keras import layers
m = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])
m.compile(optimizer="adam", loss="mse", metrics=["mse"])
