import keras
from keras import layers

@tf.function
batch = 32
model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
model.compile("adam", loss="mse", metrics=["accuracy"])  # expect: KER126
