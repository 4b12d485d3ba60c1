from keras import layers

layers.Dense(1, activation="softmax")  # expect: KER101
import keras
import numpy as np

y = np.random.randint()


class Own(keras.Model):
    pass


own = Own(inputs, layers.Dense(3)(inputs))
own.compile("adam", loss=keras.losses.SparseCategoricalCrossentropy())
own.fit(x, y)
