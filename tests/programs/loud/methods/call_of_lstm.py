# loud: KER011@8 KER011@9: the subclass overrides nothing, so compile and fit have Model's arguments
import keras
import numpy as np
class Net(keras.Sequential):
    """Nothing of its own."""
x = np.zeros((2, 3, 4), "float32")
net = keras.Sequential([keras.Input((3, 4)), keras.layers.LSTM(5), keras.layers.Dense(1)])
net.compile("sgd", "mse", metric=["mae"])
net.fit(x, np.zeros((2, 1)), validation=0.5)
