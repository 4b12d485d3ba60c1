# right: least squares for real and fake are the point of this adversary
import keras
import numpy as np
from keras import layers

discriminator = keras.Sequential(
    [keras.Input((64,)), layers.Dense(32, "relu"), layers.Dense(1)], name="discriminator"
)
discriminator.compile("adam", "mse")
discriminator.train_on_batch(np.random.rand(8, 64), np.ones((8, 1)))
discriminator.train_on_batch(np.random.rand(8, 64), np.zeros((8, 1)))
