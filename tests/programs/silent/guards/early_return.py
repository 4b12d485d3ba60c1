# silent: KER004: the method is called only where the model has it
import keras
import numpy as np


def classes_of(model, x):
    if not hasattr(model, "predict_classes"):
        return model.predict(x, verbose=0).argmax(axis=-1)
    return model.predict_classes(x)


def probabilities(model, x):
    if hasattr(model, "predict_proba"):
        return model.predict_proba(x)
    return model.predict(x, verbose=0)


net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="softmax")])
print(classes_of(net, np.zeros((2, 2))), probabilities(net, np.zeros((1, 2))))
