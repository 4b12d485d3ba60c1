# right: a schedule warms up from nothing
import keras
from keras import layers

rate = keras.optimizers.schedules.CosineDecay(
    0.0, decay_steps=1000, warmup_target=1e-3, warmup_steps=100
)
model = keras.Sequential([keras.Input((10,)), layers.Dense(20, "relu"), layers.Dense(1)])
model.compile(keras.optimizers.Adam(rate), "mse")
