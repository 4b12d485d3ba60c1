# silent: KER003 KER004 KER011: the handler takes the exception and does it the new way
import keras
import numpy as np


def adam(rate):
    try:
        return keras.optimizers.Adam(lr=rate)
    except (TypeError, ValueError):
        return keras.optimizers.Adam(learning_rate=rate)


def classes(model, x):
    try:
        return model.predict_classes(x)
    except AttributeError:
        return np.argmax(model.predict(x, verbose=0), axis=1)


net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
print(adam(0.1).learning_rate, classes(net, np.zeros((1, 2))))
