# loud: KER004@11: the guard asks another object
import keras
import numpy as np


class Old:
    predict_classes = None


old, model = Old(), keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
print(hasattr(old, "predict_classes") and model.predict_classes(np.zeros((1, 2))))
