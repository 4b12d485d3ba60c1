# loud: KER003@6: the subclass of Model does not override fit, so nb_epoch is refused
import keras
import numpy as np
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.zeros((4, 3)), np.zeros((4, 1)), nb_epoch=1)
