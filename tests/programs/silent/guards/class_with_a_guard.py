# silent: KER004 KER001 KER002: the guard is in a property, the call in another branch
import keras
import numpy as np


class Predictor:
    def __init__(self, model):
        self.model = model

    def __call__(self, x):
        return (
            self.model.predict_classes(x)
            if hasattr(self.model, "predict_classes")
            else (self.model.predict(x, verbose=0) > 0.5).astype(int)
        )

    def train(self, flow):
        if hasattr(self.model, "fit_generator") and callable(self.model.fit_generator):
            self.model.fit_generator(flow)
        else:
            self.model.fit(flow, verbose=0)


net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
print(Predictor(net)(np.zeros((3, 2))).shape)
